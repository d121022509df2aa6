//! `strftime_now`, as Hugging Face gives it to chat templates.

use minijinja::{Error, ErrorKind};

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Day of the week by Zeller's congruence as Sakamoto writes it; 0: Sunday.
fn weekday(year: i32, month: usize, day: i32) -> usize {
    const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + SHIFT[month - 1] + day).rem_euclid(7) as usize
}

/// `now` is "YYYY-MM-DD". What a template may ask of a day; the time of day is nobody's to know.
pub fn strftime(now: &str, format: &str) -> Result<String, Error> {
    let bad = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let parts: Vec<i32> = now.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else {
        return Err(bad(format!("strftime_now: '{now}' is no date")));
    };
    if !(1..=12).contains(&month) {
        return Err(bad(format!("strftime_now: '{now}' is no date")));
    }
    let (index, name) = (weekday(year, month as usize, day), MONTHS[month as usize - 1]);
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('%') => out.push('%'),
            Some('Y') => out += &format!("{year:04}"),
            Some('y') => out += &format!("{:02}", year.rem_euclid(100)),
            Some('m') => out += &format!("{month:02}"),
            Some('d') => out += &format!("{day:02}"),
            Some('F') => out += &format!("{year:04}-{month:02}-{day:02}"),
            Some('B') => out += name,
            Some('b') => out += &name[..3],
            Some('A') => out += DAYS[index],
            Some('a') => out += &DAYS[index][..3],
            other => {
                let letter = other.map_or(String::new(), String::from);
                return Err(bad(format!("strftime_now: '%{letter}' is not known")));
            }
        }
    }
    Ok(out)
}
