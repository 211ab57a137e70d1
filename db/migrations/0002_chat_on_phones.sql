-- What chat on phones needs: edits that can be collapsed, quiet chats, acknowledged alerts, linked accounts, dialogues.

CREATE TABLE deliveries_new (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  thread_id TEXT NOT NULL DEFAULT '',
  notice_id INTEGER REFERENCES notices (id),
  inbox_id INTEGER REFERENCES inbox (id),
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical')),
  is_silent INTEGER NOT NULL DEFAULT 0 CHECK (is_silent IN (0, 1)),
  body TEXT NOT NULL CHECK (json_valid(body)),
  -- The first delivery of the message that this one edits; null for a new message.
  edits INTEGER,
  -- Whose one-time-code seed it shows, so that the message can be deleted; null otherwise.
  seed_of INTEGER REFERENCES people (id),
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  -- Superseded: a newer edit of the same message was due, so this one was never sent.
  status TEXT NOT NULL CHECK (status IN ('due', 'sent', 'superseded', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  external_id TEXT,
  last_error TEXT
) STRICT;
INSERT INTO deliveries_new (id, platform, chat_id, thread_id, notice_id, inbox_id, level, body, created_at, due_at,
    status, attempts, sent_at, external_id, last_error)
  SELECT id, platform, chat_id, thread_id, notice_id, inbox_id, level, body, created_at, due_at,
    status, attempts, sent_at, external_id, last_error FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE deliveries_new RENAME TO deliveries;
-- Each chat has two queues, so that nothing waits in front of a critical message; the head of each is the lowest id.
CREATE INDEX deliveries_due ON deliveries (platform, chat_id, level = 'critical', id) WHERE status = 'due';
CREATE INDEX deliveries_dead ON deliveries (id) WHERE status = 'dead';
CREATE INDEX deliveries_edits ON deliveries (edits, id) WHERE edits IS NOT NULL;
CREATE INDEX deliveries_seed_of ON deliveries (seed_of) WHERE seed_of IS NOT NULL;
CREATE INDEX deliveries_by_notice ON deliveries (notice_id) WHERE notice_id IS NOT NULL;

-- Levels by kind of notice ("silent", "off"; absent means on), hours between heartbeats, and until when a chat is muted.
ALTER TABLE chats ADD COLUMN levels TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(levels));
ALTER TABLE chats ADD COLUMN heartbeat_hours INTEGER CHECK (heartbeat_hours > 0);
ALTER TABLE chats ADD COLUMN heartbeat_at INTEGER;
ALTER TABLE chats ADD COLUMN muted_until INTEGER;

-- A critical alert waits for a person's word; without it it is repeated, and then trading is paused.
ALTER TABLE notices ADD COLUMN acknowledged_at INTEGER;
ALTER TABLE notices ADD COLUMN acknowledged_by TEXT;
ALTER TABLE notices ADD COLUMN repeated_at INTEGER;
ALTER TABLE notices ADD COLUMN escalated_at INTEGER;
-- What was critical before anybody could acknowledge it is not waited for.
UPDATE notices SET acknowledged_at = at, acknowledged_by = 'system:upgrade' WHERE level = 'critical';
CREATE INDEX notices_unacknowledged ON notices (id) WHERE level = 'critical' AND acknowledged_at IS NULL;

-- One-time codes that join two accounts of one person; only the code's hash is kept.
CREATE TABLE link_codes (
  code_hash BLOB PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE price_alerts (
  id INTEGER PRIMARY KEY,
  direction TEXT NOT NULL CHECK (direction IN ('above', 'below')),
  ticks INTEGER NOT NULL CHECK (ticks > 0),
  person_id INTEGER NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  fired_at INTEGER,
  canceled_at INTEGER
) STRICT;
CREATE INDEX price_alerts_waiting ON price_alerts (id) WHERE fired_at IS NULL AND canceled_at IS NULL;

-- Where a platform's dialogue with somebody stands, so that it goes on after a restart.
CREATE TABLE dialogues (
  platform TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (json_valid(state)),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (platform, key)
) STRICT, WITHOUT ROWID;

-- What the settings gave once (a first enrolled chat, say), so that a person's change of it survives restarts.
CREATE TABLE seeds (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
