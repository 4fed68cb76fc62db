# METADATA
# scope: package
# title: Decision
# description: Joins the topics into one answer. To leave a topic out, take it out of `reasons`.
package sealwright

import data.sealwright.action
import data.sealwright.admission
import data.sealwright.attributes
import data.sealwright.classification
import data.sealwright.configuration
import data.sealwright.duties
import data.sealwright.hold
import data.sealwright.mfa
import data.sealwright.privacy
import data.sealwright.purpose
import data.sealwright.recovery
import data.sealwright.residency
import data.sealwright.retention
import data.sealwright.revocation
import data.sealwright.roles
import data.sealwright.stepup
import data.sealwright.tenant
import data.sealwright.training
import data.sealwright.trust
import data.sealwright.volume

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
	attributes.deny,
	classification.deny,
	configuration.deny,
	duties.deny,
	hold.deny,
	mfa.deny,
	privacy.deny,
	purpose.deny,
	residency.deny,
	retention.deny,
	revocation.deny,
	roles.deny,
	stepup.deny,
	tenant.deny,
	training.deny,
	trust.deny,
	volume.deny,
})

obligations := union({
	privacy.obligations,
	recovery.obligations,
	trust.obligations,
})

# What may soon be answered otherwise is asked about each time: a kept answer could outlive its reasons.
default cache_for_ms := 0

cache_for_ms := data.sealwright.config.cache_for_ms if not _passing

_passing if retention.bounded

_passing if duties.approved

_passing if stepup.aging

_passing if training.aging

_passing if volume.counted
