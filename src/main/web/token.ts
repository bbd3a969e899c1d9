import { readFileSync } from 'node:fs'

/** The token that was given on purpose (null: none was), or what is wrong with it in a sentence. */
export type GivenToken = { kind: 'token'; token: string | null } | { kind: 'fault'; sentence: string }

/**
 * Reads the token from the command line, which everybody on the machine can read, or from where only some can: TREETOP_TOKEN, or the file that
 * TREETOP_TOKEN_FILE names, as container engines and systemd hand secrets over. The first of these counts.
 */
export function givenToken(argument: string | undefined, environment: NodeJS.ProcessEnv): GivenToken {
  if (argument !== undefined) return checked(argument, '--token')
  const { TREETOP_TOKEN: token, TREETOP_TOKEN_FILE: file } = environment
  if (token !== undefined) return checked(token, 'TREETOP_TOKEN')
  if (file === undefined) return { kind: 'token', token: null }
  try {
    // Editors end a file with a line break, which nobody means.
    return checked(readFileSync(file, 'utf8').trim(), `The file that TREETOP_TOKEN_FILE names (${file})`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { kind: 'fault', sentence: `TREETOP_TOKEN_FILE names ${file}, which cannot be read (${code}).` }
  }
}

function checked(token: string, from: string): GivenToken {
  return token === '' ? { kind: 'fault', sentence: `${from} must not be empty.` } : { kind: 'token', token }
}
