# METADATA
# scope: package
# title: Privacy
# description: |
#   Masks text wherever no rule says that it may stay clear.
#   For teams whose documents hold personal data that most readers do not need.
package sealwright.privacy

import data.sealwright.action
import data.sealwright.admission
import data.sealwright.purpose

obligations contains {"type": "transform", "operators": data.sealwright.config.operators} if not _clear

deny contains "operators_missing" if {
	not _clear
	not _configured
}

# What cannot be scanned cannot be masked either.
deny contains "not_scanned" if {
	action.kind == "contribute"
	not _maskable
}

_clear if {
	data.sealwright.config.purposes[purpose.requested].view == "clear"
	some name in admission.admitting
	data.sealwright.config.roles[name].view == "clear"
}

# A document that nobody may ever see in clear is masked before it is encrypted.
_clear if {
	action.kind == "contribute"
	count(_clear_purposes) > 0
}

# What stays sealed is neither clear nor masked.
_clear if action.kind in {"manage", "receive"}

_configured if is_string(data.sealwright.config.operators.DEFAULT.operator)

_maskable if input.resource.properties.findings.scanned == true

_maskable if purpose.on_label == _clear_purposes

_clear_purposes contains name if {
	some name in purpose.on_label
	data.sealwright.config.purposes[name].view == "clear"
}
