# METADATA
# scope: package
# title: Admission
# description: Demands one role that grants action, purpose and clearance together. Two roles that each grant a part do not add up to a right that nobody gave.
package sealwright.admission

import data.sealwright.classification
import data.sealwright.purpose
import data.sealwright.roles

admitting := intersection({roles.permitting, purpose.granting, classification.cleared})

deny contains "roles_not_combinable" if {
	count(roles.permitting) > 0
	count(purpose.granting) > 0
	count(classification.cleared) > 0
	count(admitting) == 0
}
