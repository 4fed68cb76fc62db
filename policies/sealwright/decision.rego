# METADATA
# scope: package
# title: Decision
# description: Joins the topics into one answer. To leave a topic out, take it out of `reasons`.
package sealwright

import data.sealwright.action
import data.sealwright.admission
import data.sealwright.classification
import data.sealwright.mfa
import data.sealwright.privacy
import data.sealwright.purpose
import data.sealwright.recovery
import data.sealwright.retention
import data.sealwright.roles
import data.sealwright.tenant

default allowed := false

allowed if {
	count(reasons) == 0
	count(admission.admitting) > 0
}

# METADATA
# title: The answer to an AuthZEN request
# description: Allows only where no topic gives a reason against it and one role admits the whole request.
# entrypoint: true
decision := {
	"decision": true,
	"reasons": reasons,
	"obligations": obligations,
	"cache_for_ms": cache_for_ms,
} if {
	allowed
}

decision := {
	"decision": false,
	"reasons": reasons,
	"obligations": set(),
	"cache_for_ms": 0,
} if {
	not allowed
}

# A union is undefined when a part is, so a topic whose file is missing denies instead of vanishing.
reasons := union({
	action.deny,
	admission.deny,
	classification.deny,
	mfa.deny,
	privacy.deny,
	purpose.deny,
	retention.deny,
	roles.deny,
	tenant.deny,
})

obligations := union({
	privacy.obligations,
	recovery.obligations,
})

# A document with an end is asked about each time: a kept answer could outlive it.
default cache_for_ms := 0

cache_for_ms := data.sealwright.config.cache_for_ms if not retention.bounded
