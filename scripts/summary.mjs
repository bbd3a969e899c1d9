/**
 * Counts of one runner, or of all of them: passed, failed and skipped tests.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @type {Counts}
 */
export const nothing = { passed: 0, failed: 0, skipped: 0 }

/** @param {Counts[]} counts */
export function sum(counts) {
  return counts.reduce(
    (all, { passed, failed, skipped }) => ({
      passed: all.passed + passed,
      failed: all.failed + failed,
      skipped: all.skipped + skipped
    }),
    nothing
  )
}

/**
 * A check that has only an exit code counts as one test.
 * @param {number} code
 * @returns {Counts}
 */
export function fromExitCode(code) {
  return code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 }
}

/** Vitest's JSON report. A file that could not even be loaded counts as one failed test. */
export function fromVitest(report) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0)
  }
}

/**
 * Playwright's JSON report. A flaky test passed only on a retry, so it counts as failed.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors?: unknown[] }} report
 */
export function fromPlaywright({ stats, errors = [] }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped
  }
}

/** The tests that vitest skipped, by name. */
export function skippedByVitest(report) {
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo')
    .map(({ fullName }) => fullName)
}

/** The tests that Playwright skipped, by name, each with its reason. */
export function skippedByPlaywright({ suites }) {
  return suites.flatMap(({ specs, suites: inner = [] }) => [
    ...specs.flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations, results }) => {
          const found = [...annotations, ...results.flatMap((result) => result.annotations ?? [])]
          const reason = found.find(({ type }) => type === 'skip')?.description
          return reason ? `${title} (${reason})` : title
        })
    ),
    ...skippedByPlaywright({ suites: inner })
  ])
}

/** Tests that need root say so at the end of their name. */
export const needsRoot = (name) => name.includes('(needs root)')

/**
 * With CI=true every test must run: a skipped test counts as failed, except the `rootOnly` tests, which an ordinary user cannot run.
 * @param {Counts} counts
 * @returns {Counts}
 */
export function withoutExcuse({ passed, failed, skipped }, rootOnly = 0) {
  return { passed, failed: failed + skipped - rootOnly, skipped: rootOnly }
}

export function line({ passed, failed, skipped }) {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`
}
