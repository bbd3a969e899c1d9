import { readFileSync } from 'node:fs'

/** The configured token (null: none), or a sentence if it is invalid. */
export type GivenToken = { kind: 'token'; token: string | null } | { kind: 'fault'; sentence: string }

/**
 * Reads the token from the command line, which all users of the machine can see, from TREETOP_TOKEN, or from the file named by
 * TREETOP_TOKEN_FILE, as container engines and systemd pass secrets. The first one set is used.
 */
export function givenToken(argument: string | undefined, environment: NodeJS.ProcessEnv): GivenToken {
  if (argument !== undefined) return checked(argument, '--token')
  const { TREETOP_TOKEN: token, TREETOP_TOKEN_FILE: file } = environment
  if (token !== undefined) return checked(token, 'TREETOP_TOKEN')
  if (file === undefined) return { kind: 'token', token: null }
  try {
    // Ignore the line break that editors add at the end of a file.
    return checked(readFileSync(file, 'utf8').trim(), `The file that TREETOP_TOKEN_FILE names (${file})`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { kind: 'fault', sentence: `TREETOP_TOKEN_FILE names ${file}, which cannot be read (${code}).` }
  }
}

function checked(token: string, from: string): GivenToken {
  return token === '' ? { kind: 'fault', sentence: `${from} must not be empty.` } : { kind: 'token', token }
}
