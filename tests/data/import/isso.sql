CREATE TABLE threads (
    id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
    created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR,
    text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL,
    notification INTEGER DEFAULT 0);
INSERT INTO threads VALUES (1, '/2017/11/seed/', 'The seed');
INSERT INTO comments VALUES
    (1, 1, NULL, 1509823320.25, NULL, 1, '192.0.2.0',
        'I was there *last* week', 'Zoë', 'zoe@reader.example', NULL, 0, 0,
        x'00', 0),
    (1, 2, 1, 1509823380.0, NULL, 2, '192.0.2.0', 'Waiting', NULL, NULL,
        'https://w.example', 0, 0, x'00', 0),
    (1, 3, 1, 1509823390.0, NULL, 4, '192.0.2.0', '', NULL, NULL, NULL, 0, 0,
        x'00', 0);
