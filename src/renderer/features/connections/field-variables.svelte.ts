import type { EditedText, ResolvedText } from '../../../shared/contract/profile-variables'
import type { ProfileDraft, SecretsInput } from '../../../shared/contract/profiles'
import type { PlainSecrets, SecretName } from '../../../shared/contract/transport'
import { isTemplate } from '../../../shared/is-template'
import { mapTexts } from '../../../shared/profile-templates'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { Refresh } from '../../state/refresh'
import { templateFaultText } from '../../state/template-words'
import type { FieldNote } from '../../ui/form/form'

interface Edited {
  /** null: a new profile. */
  id: string | null
  draft: ProfileDraft
  secrets: SecretsInput
  /** Whether a secret is stored and stays so. */
  keeps: (name: SecretName) => boolean
}

/** What the variables in the fields of the edited profile stand for now. */
export class FieldVariables {
  #fields = $state.raw<Record<string, ResolvedText>>({})
  #environment = $state.raw<string | null>(null)
  #asked: { profileId: string | null; fields: Record<string, EditedText> } = { profileId: null, fields: {} }
  readonly #api: Api
  readonly #refresh: Refresh

  /** @param failed called when they could not be resolved */
  constructor(api: Api, failed: (error: unknown) => void) {
    this.#api = api
    this.#refresh = new Refresh(async (current) => {
      const asked = this.#asked
      const answer =
        Object.keys(asked.fields).length > 0 && (await api.call('profileVariables.resolve', asked))
      if (!current()) return
      this.#fields = answer ? answer.fields : {}
      this.#environment = answer ? answer.environment : null
    }, failed)
  }

  /** Resolves what is edited now. */
  follow({ id, draft, secrets, keeps }: Edited): void {
    this.#asked = { profileId: id, fields: editedTexts(draft, secrets, keeps) }
    void this.#refresh.request()
  }

  /** Resolves again when variables or environments change, until the returned function is called. */
  start(): () => void {
    const stop = this.#api.on('collections.changed', () => void this.#refresh.request())
    return () => {
      stop()
      this.#refresh.cancel()
      this.#fields = {}
    }
  }

  /** What a field's variables stand for; undefined: it has none, or that is not known yet. */
  textOf(field: string): string | undefined {
    const found = this.#fields[field]
    return found?.faults.length === 0 ? found.text : undefined
  }

  /** What to say below a field; undefined: it has no variables. */
  noteOf(field: string): FieldNote | undefined {
    const found = this.#fields[field]
    if (!found) return undefined
    const [fault] = found.faults
    if (fault) return { text: templateFaultText(fault), bad: true }
    const { text } = found
    const environment = this.#environment
    return {
      text:
        environment === null ? m.profile_resolves({ text }) : m.profile_resolves_in({ text, environment }),
      bad: false
    }
  }
}

/** The texts of an edited profile that have variables, and the kept secrets, which may have some. */
function editedTexts(
  draft: ProfileDraft,
  secrets: SecretsInput,
  keeps: (name: SecretName) => boolean
): Record<string, EditedText> {
  const found: Record<string, EditedText> = {}
  const names: SecretName[] = [
    'password',
    ...[...draft.request.headers, ...draft.request.query].flatMap(({ secret }): SecretName[] =>
      secret === null ? [] : [`field:${secret}`]
    )
  ]
  const known: PlainSecrets = Object.fromEntries(names.map((name) => [name, secrets[name] ?? '']))
  mapTexts(draft, known, (path, text) => {
    const name = secretAt(draft, path)
    if (isTemplate(text)) found[path] = { text, isSecret: name !== null }
    else if (name !== null && text === '' && keeps(name)) found[path] = { kept: name }
    return text
  })
  return found
}

/** The secret that a field holds; null: it holds none. */
function secretAt({ request }: ProfileDraft, path: string): SecretName | null {
  if (path === 'password') return path
  const [, part, index] = /^request\.(headers|query)\.(\d+)\.value$/.exec(path) ?? []
  const secret = part === undefined ? null : request[part as 'headers' | 'query'][Number(index)]!.secret
  return secret === null ? null : `field:${secret}`
}
