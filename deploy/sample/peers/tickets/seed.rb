# The sample organisation's request desk: a project for each queue, one tracker, the field that holds the caller's key.
I18n.locale = :ko
Redmine::DefaultData::Loader.load("ko")
{ rest_api_enabled: "1", app_title: "가온 업무 요청", default_language: "ko", host_name: "127.0.0.1" }.each { |k, v| Setting[k] = v }

tracker = Tracker.first
tracker.update!(name: "업무 요청")
field = IssueCustomField.create!(name: "외부 참조", field_format: "string", is_filter: true, searchable: true,
                                 is_for_all: true, trackers: [tracker])

queues = { "general" => "총무", "it" => "정보화", "facility" => "시설", "safety" => "안전", "privacy" => "개인정보", "hr" => "인사" }
projects = queues.map do |identifier, name|
  Project.create!(identifier: identifier, name: "#{name} 요청", is_public: false, trackers: [tracker],
                  enabled_module_names: ["issue_tracking"])
end

user = User.new(firstname: "마루", lastname: "연계", mail: "maru@gaon.example", language: "ko", status: User::STATUS_ACTIVE)
user.login = "maru"
user.random_password
user.save!
Token.create!(user: user, action: "api").update_column(:value, "sampleredminekey")  # it draws a value of its own
role = Role.create!(name: "연계 등록", permissions: [:view_issues, :add_issues, :edit_issues])
projects.each { |project| Member.create!(project: project, principal: user, roles: [role]) }

raise "unexpected identifiers" unless tracker.id == 1 && field.id == 1
