/**
 * How much of the scenarios runs. `npm test` runs each on one host, those tagged `@every-host` on every one, and the `@slow` ones shortened;
 * `npm run test:all` runs all of them on every host, at full length.
 */
export const full = process.env['TREETOP_TESTS'] === 'all'
