# METADATA
# scope: package
# title: Action
# description: |
#   Knows the actions and what each does with plaintext.
#   For everybody: an action that nobody described is refused.
package sealwright.action

# `contribute` puts plaintext in, `use` takes it out, `manage` touches keys and labels alone.
kind := data.sealwright.config.actions[input.action.name].kind

deny contains "action_unknown" if not _known

_known if kind in {"contribute", "use", "manage"}
