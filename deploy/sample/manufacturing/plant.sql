-- What the manufacturing connector reads of a plant: its topology, what is known of its faults, its alarm journal and
-- its production. Sample data; every time is relative to now.
CREATE SCHEMA plant;

CREATE TABLE plant.asset (
  asset text PRIMARY KEY, name text NOT NULL, area text NOT NULL,
  line text,                                   -- the line it belongs to; null: none
  name_en text, area_en text, line_en text     -- as people call them in another language; may be left out
);
CREATE TABLE plant.feeds (                     -- what happens at `upstream` can show at `asset`
  upstream text NOT NULL REFERENCES plant.asset, asset text NOT NULL REFERENCES plant.asset, PRIMARY KEY (upstream, asset)
);
CREATE TABLE plant.fault (
  fault_code text PRIMARY KEY, asset text NOT NULL REFERENCES plant.asset, title text NOT NULL
);
CREATE TABLE plant.fault_symptom (             -- how a tag moves when the fault is there
  fault_code text NOT NULL REFERENCES plant.fault, tag text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('up', 'down', 'steady')), weight real NOT NULL DEFAULT 1, PRIMARY KEY (fault_code, tag)
);
CREATE TABLE plant.fault_part (
  fault_code text NOT NULL REFERENCES plant.fault, item text NOT NULL, quantity int NOT NULL, PRIMARY KEY (fault_code, item)
);
CREATE TABLE plant.alarm_log (
  alarm_id text PRIMARY KEY, tag text NOT NULL, asset text REFERENCES plant.asset, priority text NOT NULL,
  since timestamptz NOT NULL, cleared timestamptz, message text NOT NULL
);
CREATE TABLE plant.calendar (                  -- planned production time
  line text NOT NULL, shift text NOT NULL CHECK (shift IN ('day', 'evening', 'night')), day date NOT NULL,
  begins timestamptz NOT NULL, ends timestamptz NOT NULL, PRIMARY KEY (line, shift, day)
);
CREATE TABLE plant.stop (                      -- unplanned stops within it
  line text NOT NULL, begins timestamptz NOT NULL, ends timestamptz NOT NULL, loss text NOT NULL
);
CREATE TABLE plant.output (
  line text NOT NULL, shift text NOT NULL, day date NOT NULL, total int NOT NULL, good int NOT NULL,
  ideal_seconds real NOT NULL, PRIMARY KEY (line, shift, day)
);

INSERT INTO plant.asset VALUES
 ('LINE-1', '충전 1라인', '충전 1라인', '충전 1라인', 'filling line 1', 'filling line 1', 'filling line 1'),
 ('LINE-2', '충전 2라인', '충전 2라인', '충전 2라인', 'filling line 2', 'filling line 2', 'filling line 2'),
 ('TNK-01', '배합 탱크', '배합실', NULL, 'blending tank', 'blending room', NULL),
 ('PST-02', '2라인 살균기', '충전 2라인', '충전 2라인', 'line 2 pasteuriser', 'filling line 2', 'filling line 2'),
 ('FIL-02', '2라인 충전기', '충전 2라인', '충전 2라인', 'line 2 filler', 'filling line 2', 'filling line 2'),
 ('PRS-03', '2라인 캡핑 프레스', '충전 2라인', '충전 2라인', 'line 2 capping press', 'filling line 2', 'filling line 2'),
 ('FIL-01', '1라인 충전기', '충전 1라인', '충전 1라인', 'line 1 filler', 'filling line 1', 'filling line 1');
INSERT INTO plant.feeds VALUES ('TNK-01', 'PST-02'), ('PST-02', 'FIL-02'), ('FIL-02', 'PRS-03'), ('TNK-01', 'FIL-01');
INSERT INTO plant.fault VALUES
 ('HYD-SEAL', 'PRS-03', '유압 실린더 씰 누유'), ('HYD-PUMP', 'PRS-03', '유압 펌프 마모'), ('HYD-HOSE', 'PRS-03', '유압 호스 파열'),
 ('FIL-JAM', 'FIL-02', '충전 노즐 막힘'), ('PST-FOUL', 'PST-02', '열교환기 오염'), ('TMP-DRIFT', 'FIL-01', '온도 센서 편차');
INSERT INTO plant.fault_symptom VALUES
 ('HYD-SEAL', 'PT-203', 'down', 2), ('HYD-SEAL', 'LT-207', 'down', 2), ('HYD-SEAL', 'TI-206', 'up', 1), ('HYD-SEAL', 'VT-208', 'steady', 1),
 ('HYD-PUMP', 'PT-203', 'down', 2), ('HYD-PUMP', 'VT-208', 'up', 2), ('HYD-PUMP', 'LT-207', 'steady', 1), ('HYD-PUMP', 'TI-206', 'up', 1),
 ('HYD-HOSE', 'PT-203', 'down', 2), ('HYD-HOSE', 'LT-207', 'down', 2), ('HYD-HOSE', 'TI-206', 'steady', 2),
 ('FIL-JAM', 'FT-104', 'down', 2), ('FIL-JAM', 'PT-203', 'down', 1), ('PST-FOUL', 'TIC-205', 'down', 2), ('PST-FOUL', 'TI-101', 'down', 1),
 ('TMP-DRIFT', 'TI-111', 'up', 1);
INSERT INTO plant.fault_part VALUES
 ('HYD-SEAL', '5330-37-510-4471', 2), ('HYD-SEAL', '9150-37-505-6619', 1), ('HYD-HOSE', '4730-37-510-4489', 1), ('HYD-PUMP', '6105-37-511-5560', 1);

INSERT INTO plant.alarm_log
SELECT 'AL-' || (7000 + n), t.tag, t.asset, t.priority, at, at + make_interval(mins => 4 + n % 37), t.message
FROM generate_series(1, 240) n
CROSS JOIN LATERAL (SELECT date_trunc('minute', now()) - make_interval(mins => 230 + n * 203 + (n * n) % 61) AS at) s
JOIN (VALUES (0, 'TI-101', 'FIL-02', 'low', '충전액 온도 편차'), (1, 'FT-104', 'FIL-02', 'medium', '충전 유량 저하'),
             (2, 'TI-206', 'PRS-03', 'medium', '유압유 온도 상승'), (3, 'TI-111', 'FIL-01', 'low', '1라인 충전액 온도 편차'),
             (4, 'PT-203', 'PRS-03', 'high', '캡핑 유압 저하')) t(k, tag, asset, priority, message) ON t.k = n % 5;
INSERT INTO plant.alarm_log VALUES
 ('AL-7731', 'PT-203', 'PRS-03', 'high', now() - interval '22 minutes', NULL, '캡핑 유압 저하: 하한 130 bar 미만'),
 ('AL-7728', 'TI-206', 'PRS-03', 'medium', now() - interval '34 minutes', NULL, '유압유 온도 상승');

INSERT INTO plant.calendar
SELECT line, shift, d::date, d + begins, d + ends
FROM generate_series(current_date - 40, current_date, interval '1 day') d
CROSS JOIN (VALUES ('충전 1라인'), ('충전 2라인')) l(line)
CROSS JOIN (VALUES ('day', interval '6 hours', interval '14 hours'), ('evening', interval '14 hours', interval '22 hours'),
                   ('night', interval '22 hours', interval '30 hours')) s(shift, begins, ends)
WHERE extract(isodow FROM d) <= 6 AND d + ends < now();
INSERT INTO plant.stop
SELECT line, begins + interval '95 minutes', begins + interval '95 minutes' + make_interval(mins => 6 + abs(hashtext(line || shift || day)) % 34),
       (ARRAY['캡 공급 막힘', '유압 저하 정지', '자재 대기', '품종 교체'])[1 + abs(hashtext(day || shift)) % 4]
FROM plant.calendar;
INSERT INTO plant.output
SELECT line, shift, day, 5100 + abs(hashtext(shift || day)) % 420, 5030 + abs(hashtext(shift || day)) % 400, 5.0 FROM plant.calendar;
