BEGIN TRANSACTION;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    market TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('promote', 'rollback', 'force', 'refuse', 'look')),
    version TEXT NOT NULL, release TEXT NOT NULL, night TEXT NOT NULL, session TEXT NOT NULL, as_of TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, evidence TEXT NOT NULL, previous_version TEXT, at TEXT NOT NULL,
    previous_hash TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE
);
INSERT INTO "entries" VALUES(1,'handmade','look','','','handmade/nights/2026-11-18-0a1b2c3d','2026-11-18','2026-11-18T22:00:00+00:00','gate','','{"bound": 4.1, "decision": "ABSTAIN", "forced": "", "headline": "not enough evidence yet", "horizon_sessions": 250, "lead_annual": 1.25, "n_sessions": 34, "net_returns": {"challenger": [0.0012, -0.0031], "champion": [0.0009, 0.30000000000000004]}, "opponent": "1.0.0", "partial": "", "period_from": "2026-10-01", "recipe": "9f2c", "reused_sessions": 120, "sessions": ["2026-11-18", "2026-11-19"], "spent_fraction": 0.0003, "trials": 24, "z": 0.71}',NULL,'2026-11-20T03:00:00+00:00','0000000000000000000000000000000000000000000000000000000000000000','36b3df6a7ebd5cd67eb49c8632b59f1997e64f135a2aac604eee417d86cd77e7');
INSERT INTO "entries" VALUES(2,'handmade','promote','1.0.0','handmade/releases/1.0.0','handmade/nights/2026-11-18-2e7be90d','2026-11-18','2026-11-18T22:00:00+00:00','gate','better','{"checks": [], "family": "ridge", "headline": "ridge passes all 1 checks", "manifest_sha256": "bc851574940426f37df57a0f8c0c05caee89c066655c08768ecbfcdb9ba63a4c", "snapshot": "handmade/snapshots/abc", "staged": "handmade/nights/2026-11-18-2e7be90d/staged"}',NULL,'2026-11-20T03:00:00+00:00','36b3df6a7ebd5cd67eb49c8632b59f1997e64f135a2aac604eee417d86cd77e7','4d14593366b07da0b9d11b6f02c27204dcb197bb199fed6fb974501f48ecc44e');
INSERT INTO "entries" VALUES(3,'handmade','look','','','handmade/nights/2026-11-19-0a1b2c3d','2026-11-19','2026-11-19T22:00:00+00:00','gate','','{"bound": null, "decision": "ABSTAIN", "forced": "ann: new vendor", "headline": "the budget is spent", "horizon_sessions": 250, "lead_annual": 1.25, "n_sessions": 34, "net_returns": {"challenger": [0.0012, -0.0031], "champion": [0.0009, 0.30000000000000004]}, "opponent": "1.0.0", "partial": "", "period_from": "2026-10-01", "recipe": "9f2c", "reused_sessions": 120, "sessions": ["2026-11-18", "2026-11-19"], "spent_fraction": 0.0003, "trials": 24, "z": 0.71}',NULL,'2026-11-20T03:00:00+00:00','4d14593366b07da0b9d11b6f02c27204dcb197bb199fed6fb974501f48ecc44e','cbee1da873e41c198600af629f73b9122c9f41ef87d66b4be0d4dc4edd28839a');
CREATE UNIQUE INDEX one_promotion_a_night ON entries (night) WHERE kind IN ('promote', 'force');
CREATE UNIQUE INDEX one_promotion_a_version ON entries (market, version) WHERE kind IN ('promote', 'force');
CREATE UNIQUE INDEX one_look_a_night ON entries (night) WHERE kind = 'look';
CREATE TRIGGER never_replaced BEFORE INSERT ON entries
    WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash)
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER never_removed BEFORE DELETE ON entries
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
COMMIT;
