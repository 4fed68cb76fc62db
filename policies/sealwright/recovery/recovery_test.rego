package sealwright.recovery_test

import data.sealwright.example_test as example
import data.sealwright.recovery

_config := object.union(example.config, {"recovery": {"recipients": ["age1recovery"]}})

test_sealing_needs_the_recovery_recipients if {
	obligations := {{"type": "require_recipients", "recipients": ["age1recovery"]}}
	recovery.obligations == obligations with input as example.seal with data.sealwright.config as _config
}

test_team_without_recovery_keys_needs_none if {
	recovery.obligations == set() with input as example.seal with data.sealwright.config as example.config
	recovery.obligations == set() with input as example.seal with data.sealwright.config as {}
}

test_opening_storing_and_managing_need_none if {
	every request in [example.open, example.train, example.store, example.destroy, {}] {
		recovery.obligations == set() with input as request with data.sealwright.config as _config
	}
}
