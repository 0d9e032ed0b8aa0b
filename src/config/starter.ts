/**
 * A configuration to begin with. As it is it changes nothing; each part works when the `#` before it is taken away.
 */
export const starter = `# yaml-language-server: $schema=./node_modules/hardfail/schema.json
#
# What hardfail cannot find out by itself. Every part may be left out, and flags win over this file.
# hardfail --print-config FILE shows what holds for a file.

# The forge that runs the workflows: auto (by folder), gitea, forgejo or github.
#forge: gitea

# Its release, where that is not the newest one.
#forge-version: '1.25'

# The lowest severity that fails the run: error, warning or note.
#fail-on: warning

# Rules of your own: modules that every run loads. See docs/writing-rules.md.
#plugins: [./lint/rules.mjs]

# Which rules run: recommended, or strict for all of them, where no finding is a mere note.
#preset: strict

# Severities of rules, by id: error, warning, note or off. hardfail rules lists them.
#rules:
#  vague-missing-secret: off
#  missing-secret-masked: error

# Other severities for some files. Paths begin at the top of the repository.
#overrides:
#  - files: [.gitea/workflows/nightly-*.yml]
#    rules: { missing-secret-masked: off }
#    reason: the mirrors are allowed to be down at night

# Secrets that may be missing: what is left out without them was meant to be.
#optional-secrets:
#  - name: COVERAGE_TOKEN
#    reason: coverage is advisory

# Events whose claim to the secrets is not the usual one, as findings name them.
#trusted: ['pull_request:fork']
#untrusted: [issue_comment]

# What your own commands and actions do with a credential.
#facts:
#  commands:
#    - command: shipit
#      words: release
#      effect: work
#      reads: [SHIPIT_TOKEN]
#      without: goes-on
#      reason: it prints a warning and ends with 0, see its manual
#  actions:
#    - action: our-team/notify
#      effect: prepares
#      reason: it only tells the chat
`;
