/**
 * How much a test run covers. `npm test` runs each scenario on one host, those tagged `@every-host` on all, and the `@slow` ones shortened;
 * `npm run test:all` runs all of them on every host, at full length.
 */
export const full = process.env['TREETOP_TESTS'] === 'all'
