# METADATA
# scope: package
# title: Action
# description: |
#   Knows the actions and what each does with documents.
#   For everybody: an action that nobody described is refused.
package sealwright.action

# `contribute` puts plaintext in, `receive` what is sealed already, `use` takes plaintext out, `manage` touches what is sealed alone.
kind := data.sealwright.config.actions[input.action.name].kind

deny contains "action_unknown" if not _known

_known if kind in {"contribute", "receive", "use", "manage"}

# Brings a document in, for the purposes that its label names.
incoming if kind in {"contribute", "receive"}
