-- What the defense connector reads of readiness reports: one row a unit, kind of equipment and day.
-- `grade` is the mark of the report itself: S, C, restricted, III, II, I.
CREATE SCHEMA readiness;
CREATE TABLE readiness.report (
  unit text NOT NULL, equipment text NOT NULL, day date NOT NULL, total int NOT NULL, operational int NOT NULL,
  grade text NOT NULL, note text, PRIMARY KEY (unit, equipment, day), CHECK (operational BETWEEN 0 AND total)
);
INSERT INTO readiness.report
SELECT '제3보급대', e.equipment, d::date, e.total, e.total - e.down - (extract(doy FROM d)::int % 2), e.grade, e.note
FROM generate_series(current_date - 60, current_date, interval '1 day') d
CROSS JOIN (VALUES ('차량', 42, 5, 'restricted', '표준차량 5톤 2대 타이어 대기'), ('발전기', 9, 2, 'restricted', '30kW 1호기, 5kW 3호기 부품 대기'),
                   ('지게차', 6, 0, 'S', NULL), ('취사트레일러', 4, 1, 'S', '버너 교체 중')) e(equipment, total, down, grade, note);
