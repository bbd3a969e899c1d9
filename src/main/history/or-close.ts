/** Returns the result of `use`; if it throws, closes the resource first. On Windows an open file can be neither renamed nor removed. */
export function orClose<R extends { close(): unknown }, T>(resource: R, use: (resource: R) => T): T {
  try {
    return use(resource)
  } catch (error) {
    resource.close()
    throw error
  }
}
