# METADATA
# scope: package
# title: Admission
# description: |
#   Demands one role that grants action, purpose and clearance together.
#   For everybody whose people have several roles.
package sealwright.admission

import data.sealwright.classification
import data.sealwright.purpose
import data.sealwright.roles

# Rights of two roles do not add up to one that nobody gave.
admitting := intersection({roles.permitting, purpose.granting, classification.cleared})

deny contains "roles_not_combinable" if {
	count(roles.permitting) > 0
	count(purpose.granting) > 0
	count(classification.cleared) > 0
	count(admitting) == 0
}
