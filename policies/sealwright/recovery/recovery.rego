# METADATA
# scope: package
# title: Recovery
# description: |
#   Demands that every document is encrypted to the team's recovery keys too, where it has any.
#   For teams that must be able to open their documents after every other key is lost.
package sealwright.recovery

import data.sealwright.action

obligations contains {"type": "require_recipients", "recipients": recipients} if {
	action.kind == "contribute"
	recipients := data.sealwright.config.recovery.recipients
	count(recipients) > 0
}
