INSERT INTO documents (number, kind, title, dated, media_type, bytes, label, made_by)
VALUES (:number, :'kind', :'title', current_date - :days, 'application/hwp+zip', decode(:'bytes', 'base64'),
        nullif(:'label', 'null')::jsonb, 'sample');
