-- Money: prices in ticks, quantities in lots, amounts in units of 1e-8. Instants in epoch milliseconds.

-- The audit log: append-only, numbered without gaps, hash-chained.
CREATE TABLE events_log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  category TEXT NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  summary TEXT NOT NULL,
  facts TEXT NOT NULL,
  prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX events_log_by_category ON events_log (category, seq);
CREATE INDEX events_log_by_type ON events_log (type, seq);
CREATE INDEX events_log_by_at ON events_log (at);
CREATE TRIGGER events_log_no_update BEFORE UPDATE ON events_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER events_log_no_delete BEFORE DELETE ON events_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER events_log_in_order BEFORE INSERT ON events_log
  WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM events_log)
  BEGIN SELECT RAISE(ABORT, 'the audit log takes only the next number'); END;

CREATE TABLE system_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'PAUSED', 'EMERGENCY_STOP')),
  since INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;

-- Config versions never change; which one is active is a pointer beside them.
CREATE TABLE config (
  version INTEGER PRIMARY KEY,
  base_version INTEGER REFERENCES config (version),
  created_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  tunables TEXT NOT NULL CHECK (json_valid(tunables))
) STRICT;
CREATE TRIGGER config_no_update BEFORE UPDATE ON config
  BEGIN SELECT RAISE(ABORT, 'config versions never change'); END;
CREATE TRIGGER config_no_delete BEFORE DELETE ON config
  BEGIN SELECT RAISE(ABORT, 'config versions never change'); END;
CREATE TABLE active_config (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL REFERENCES config (version),
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE instruments (
  symbol TEXT PRIMARY KEY,
  captured_at INTEGER NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE TABLE candles_cache (
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  open_at INTEGER NOT NULL,
  open REAL NOT NULL CHECK (open > 0),
  high REAL NOT NULL,
  low REAL NOT NULL CHECK (low > 0),
  close REAL NOT NULL CHECK (close > 0),
  volume REAL NOT NULL CHECK (volume >= 0),
  PRIMARY KEY (symbol, timeframe, open_at),
  CHECK (high >= open AND high >= close AND low <= open AND low <= close)
) STRICT, WITHOUT ROWID;

-- Candles the exchange itself does not have (an outage), found when a refill came back without them.
CREATE TABLE candle_gaps (
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL CHECK (to_at > from_at),
  confirmed_at INTEGER NOT NULL,
  PRIMARY KEY (symbol, timeframe, from_at)
) STRICT, WITHOUT ROWID;

-- One ledger each; a paper reset closes one and opens the next, and history stays.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('paper', 'live')),
  symbol TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  -- The scale every lots column of this account is in: an exchange that changes its lot size needs a new account.
  base_asset TEXT NOT NULL,
  quote_asset TEXT NOT NULL CHECK (quote_asset <> base_asset),
  lot_units INTEGER NOT NULL CHECK (lot_units > 0),
  starting_cash_units INTEGER NOT NULL CHECK (starting_cash_units >= 0),
  starting_lots INTEGER NOT NULL CHECK (starting_lots >= 0),
  starting_cost_units INTEGER NOT NULL CHECK (starting_cost_units >= 0)
) STRICT;
CREATE UNIQUE INDEX accounts_one_open ON accounts (kind) WHERE closed_at IS NULL;

-- One row for every decided candle; the unique key is what stops a candle from being decided twice.
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  timeframe TEXT NOT NULL,
  candle_close_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  config_version INTEGER NOT NULL REFERENCES config (version),
  strategy TEXT NOT NULL,
  close_ticks INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell', 'hold')),
  confidence REAL NOT NULL,
  signal_reason TEXT NOT NULL,
  reason TEXT NOT NULL,
  signal_values TEXT NOT NULL CHECK (json_valid(signal_values)),
  trace TEXT NOT NULL CHECK (json_valid(trace)),
  UNIQUE (account_id, timeframe, candle_close_at)
) STRICT;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions never change'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions never change'); END;

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  client_order_id TEXT NOT NULL UNIQUE,
  decision_id INTEGER REFERENCES decisions (id),
  config_version INTEGER NOT NULL REFERENCES config (version),
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  type TEXT NOT NULL CHECK (type IN ('market', 'limit')),
  purpose TEXT NOT NULL,
  lots INTEGER NOT NULL CHECK (lots > 0),
  limit_ticks INTEGER,
  decision_ticks INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('intended', 'unknown', 'open', 'partially_filled', 'filled', 'canceled', 'expired', 'rejected')),
  filled_lots INTEGER NOT NULL DEFAULT 0 CHECK (filled_lots BETWEEN 0 AND lots),
  updated_at INTEGER NOT NULL,
  detail TEXT NOT NULL DEFAULT '',
  CHECK ((type = 'limit') = (limit_ticks IS NOT NULL))
) STRICT;
CREATE INDEX orders_by_account ON orders (account_id, id);
CREATE INDEX orders_by_decided_at ON orders (account_id, decided_at);
CREATE INDEX orders_by_decision ON orders (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX orders_unsettled ON orders (status) WHERE status IN ('intended', 'unknown', 'open', 'partially_filled');
CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders
  BEGIN SELECT RAISE(ABORT, 'orders are never deleted'); END;
CREATE TRIGGER orders_final_status_stays BEFORE UPDATE ON orders
  WHEN OLD.status IN ('filled', 'canceled', 'expired', 'rejected')
  BEGIN SELECT RAISE(ABORT, 'a settled order never changes'); END;
CREATE TRIGGER orders_intent_never_changes
  BEFORE UPDATE OF account_id, client_order_id, decision_id, config_version, side, type, purpose, lots, limit_ticks,
    decision_ticks, decided_at ON orders
  BEGIN SELECT RAISE(ABORT, 'an order intent never changes'); END;

-- At most one send an order: the key is the order itself.
CREATE TABLE order_attempts (
  order_id INTEGER PRIMARY KEY REFERENCES orders (id),
  sent_at INTEGER NOT NULL,
  -- Unknown from the moment it may have left until the exchange's own word settles it.
  outcome TEXT NOT NULL DEFAULT 'unknown' CHECK (outcome IN ('accepted', 'not_executed', 'unknown')),
  outcome_at INTEGER,
  detail TEXT NOT NULL DEFAULT '',
  CHECK (outcome = 'unknown' OR outcome_at IS NOT NULL)
) STRICT;
CREATE TRIGGER order_attempts_no_delete BEFORE DELETE ON order_attempts
  BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END;
CREATE TRIGGER order_attempts_settle_once BEFORE UPDATE ON order_attempts
  WHEN OLD.outcome <> 'unknown' OR NEW.order_id <> OLD.order_id OR NEW.sent_at <> OLD.sent_at
  BEGIN SELECT RAISE(ABORT, 'an attempt is settled once'); END;

CREATE TABLE fills (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  order_id INTEGER NOT NULL REFERENCES orders (id),
  -- The exchange's trade id; on paper our own running number.
  trade_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  ticks INTEGER NOT NULL CHECK (ticks > 0),
  lots INTEGER NOT NULL CHECK (lots > 0),
  fee_units INTEGER NOT NULL CHECK (fee_units >= 0),
  fee_asset TEXT NOT NULL,
  is_maker INTEGER NOT NULL CHECK (is_maker IN (0, 1)),
  at INTEGER NOT NULL,
  UNIQUE (account_id, trade_id)
) STRICT;
CREATE INDEX fills_by_order ON fills (order_id);
CREATE INDEX fills_by_account ON fills (account_id, id);
CREATE TRIGGER fills_no_update BEFORE UPDATE ON fills
  BEGIN SELECT RAISE(ABORT, 'fills never change'); END;
CREATE TRIGGER fills_no_delete BEFORE DELETE ON fills
  BEGIN SELECT RAISE(ABORT, 'fills never change'); END;

-- What the fills add up to; rebuilt and compared at every start.
CREATE TABLE positions (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  lots INTEGER NOT NULL CHECK (lots >= 0),
  cost_units INTEGER NOT NULL CHECK (cost_units >= 0),
  realised_units INTEGER NOT NULL,
  fees_units INTEGER NOT NULL CHECK (fees_units >= 0),
  opened_at INTEGER,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE balances (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  PRIMARY KEY (account_id, asset)
) STRICT, WITHOUT ROWID;

-- What the engine must remember between candles and cannot read off the fills.
CREATE TABLE engine_memory (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  memory TEXT NOT NULL CHECK (json_valid(memory)),
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE equity_snapshots (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  at INTEGER NOT NULL,
  mark_ticks INTEGER NOT NULL,
  lots INTEGER NOT NULL,
  cash_units INTEGER NOT NULL,
  equity_units INTEGER NOT NULL,
  peak_units INTEGER NOT NULL,
  PRIMARY KEY (account_id, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE metrics_snapshots (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  at INTEGER NOT NULL,
  metrics TEXT NOT NULL CHECK (json_valid(metrics)),
  PRIMARY KEY (account_id, at)
) STRICT, WITHOUT ROWID;

-- What blocks entries: protections that tripped and locks set by hand.
CREATE TABLE locks (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- What tripped it (the closing fill's instant, say): a protection trips once for one cause.
  cause TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  actor TEXT NOT NULL,
  lifted_at INTEGER,
  lifted_by TEXT,
  UNIQUE (account_id, kind, cause),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE INDEX locks_standing ON locks (account_id) WHERE lifted_at IS NULL;

CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  last_started_at INTEGER,
  last_finished_at INTEGER,
  last_status TEXT CHECK (last_status IN ('ok', 'failed', 'skipped')),
  last_error TEXT,
  failures_in_a_row INTEGER NOT NULL DEFAULT 0,
  next_run_at INTEGER
) STRICT;

CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  label TEXT NOT NULL,
  role TEXT CHECK (role IN ('viewer', 'operator', 'admin')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE people_accounts (
  platform TEXT NOT NULL CHECK (platform IN ('telegram', 'discord', 'console')),
  account_id TEXT NOT NULL,
  person_id INTEGER NOT NULL REFERENCES people (id),
  added_at INTEGER NOT NULL,
  PRIMARY KEY (platform, account_id)
) STRICT, WITHOUT ROWID;

-- One-time-code enrolments (encrypted seed) and the last counter accepted, so that a code works once.
CREATE TABLE one_time_codes (
  person_id INTEGER PRIMARY KEY REFERENCES people (id),
  sealed_seed BLOB NOT NULL,
  confirmed_at INTEGER,
  last_counter INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER
) STRICT;

-- Enrolled chats: where commands are taken beside private chats, and what is sent there.
CREATE TABLE chats (
  platform TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  thread_id TEXT NOT NULL DEFAULT '',
  topics TEXT NOT NULL CHECK (json_valid(topics)),
  time_zone TEXT,
  enrolled_at INTEGER NOT NULL,
  enrolled_by TEXT NOT NULL,
  PRIMARY KEY (platform, chat_id, thread_id)
) STRICT, WITHOUT ROWID;

-- Confirmations and other questions a person must answer with a button before they expire.
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  nonce TEXT NOT NULL UNIQUE,
  person_id INTEGER NOT NULL REFERENCES people (id),
  platform TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  command TEXT NOT NULL,
  args TEXT NOT NULL CHECK (json_valid(args)),
  prompt TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'confirmed', 'canceled', 'expired')),
  answered_at INTEGER
) STRICT;
CREATE INDEX questions_open ON questions (status, expires_at) WHERE status = 'open';

CREATE TABLE notices (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical')),
  topic TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  expanded_at INTEGER
) STRICT;
CREATE INDEX notices_waiting ON notices (id) WHERE expanded_at IS NULL;

-- What came in from chat, deduplicated by the platform's own id.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  update_id TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  status TEXT NOT NULL CHECK (status IN ('waiting', 'handled', 'refused')),
  handled_at INTEGER,
  UNIQUE (platform, update_id)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (id) WHERE status = 'waiting';

-- What goes out to chat.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  thread_id TEXT NOT NULL DEFAULT '',
  notice_id INTEGER REFERENCES notices (id),
  inbox_id INTEGER REFERENCES inbox (id),
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'critical')),
  body TEXT NOT NULL CHECK (json_valid(body)),
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('due', 'sent', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  external_id TEXT,
  last_error TEXT
) STRICT;
-- Each chat has two queues, so that nothing waits in front of a critical message; the head of each is the lowest id.
CREATE INDEX deliveries_due ON deliveries (platform, chat_id, level = 'critical', id) WHERE status = 'due';
CREATE INDEX deliveries_dead ON deliveries (id) WHERE status = 'dead';
