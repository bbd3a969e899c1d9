import type { CallsOf } from '../../../shared/contract'
import type { LiveSubscription } from '../../../shared/contract/connections'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { ProfileDraft, type Profile } from '../../../shared/contract/profiles'
import type { EditedText, ResolvedText } from '../../../shared/contract/profile-variables'
import { Host, isHeaderValue, Path, type PlainSecrets } from '../../../shared/contract/transport'
import { AppError } from '../../../shared/errors'
import { isTemplate } from '../../../shared/is-template'
import { mapTexts, templatesOf, usesVariables } from '../../../shared/profile-templates'
import { filterFault, topicFault } from '../../../shared/topic'
import { expand, type Context } from '../template/expand'
import type { GeneratorMemory } from '../template/memory'
import type { CollectionFolder } from './collection-folder'
import { MASK, masked, type Variables } from './variables'

/** A profile with what it signs in with. */
export interface ProfilePlace<S extends PlainSecrets = PlainSecrets> {
  profile: Profile
  secrets: S
}

interface Around {
  memory: GeneratorMemory
  /** Resolves to the collection in the data directory once it has been read. */
  folder: () => Promise<CollectionFolder>
  /** Name of the active environment. */
  environment: () => string | null
  secretsOf: (profileId: string | null) => PlainSecrets
}

/** What the variables in the fields of profiles stand for: those of the collection in the data directory, in the active environment. */
export class ProfileVariables {
  constructor(
    private readonly variables: Variables,
    private readonly around: Around
  ) {}

  calls(): CallsOf<'main', 'profileVariables'> {
    return {
      'profileVariables.resolve': async ({ profileId, fields }) => {
        const folder = await this.around.folder()
        const active = this.around.environment()
        const isKnown = folder.content.settings.environments.some(({ name }) => name === active)
        return { environment: isKnown ? active : null, fields: this.shown(folder, profileId, fields) }
      }
    }
  }

  /** A profile with what it connects with; its generators are advanced. Throws PROFILE_VARIABLES. */
  async resolve<S extends PlainSecrets>(place: ProfilePlace<S>): Promise<ProfilePlace<S>> {
    if (!usesVariables(place.profile, place.secrets)) return place
    return resolved(place, this.context(await this.around.folder(), place.profile.id), this.around.memory)
  }

  private context(folder: CollectionFolder, profileId: string, used = new Set<string>()): Context {
    return this.variables.context(folder, this.around.environment(), `profile ${profileId}`, used)
  }

  private shown(
    folder: CollectionFolder,
    profileId: string | null,
    fields: Readonly<Record<string, EditedText>>
  ): Record<string, ResolvedText> {
    const stored = this.around.secretsOf(profileId)
    const texts = Object.fromEntries(
      Object.entries(fields).flatMap(([path, edited]) => {
        const text = 'text' in edited ? edited.text : (stored[edited.kept] ?? '')
        return isTemplate(text) ? [[path, text]] : []
      })
    )
    const used = new Set<string>()
    const made = expand(texts, this.context(folder, profileId ?? 'new', used), this.around.memory)
    return Object.fromEntries(
      Object.entries(made.texts).map(([path, text]) => {
        const own = made.faults.filter(({ field }) => field === path)
        const edited = fields[path]!
        const isSecret = 'kept' in edited || edited.isSecret
        const shown = isSecret ? MASK : masked(text, used)
        return [path, { text: shown, faults: own.length > 0 ? own : faultsAt(path, valueFault(path, text)) }]
      })
    )
  }
}

/**
 * A profile with the texts that its variables stand for, once its generators have been advanced. A subscription of variables knows its
 * template. `literal` names fields that are taken as they stand. Throws PROFILE_VARIABLES.
 */
export function resolved<S extends PlainSecrets>(
  { profile, secrets }: ProfilePlace<S>,
  context: Context,
  memory: GeneratorMemory,
  literal: readonly string[] = []
): ProfilePlace<S> {
  const templates = templatesOf(profile, secrets)
  for (const path of literal) delete templates[path]
  const { texts, faults, commit } = expand(templates, context, memory)
  const failed = (found: TemplateFault[]): AppError =>
    new AppError('PROFILE_VARIABLES', { name: profile.name, faults: found })
  if (faults.length > 0) throw failed(faults)
  const place = mapTexts(profile, secrets, (path, text) => {
    const made = Object.hasOwn(texts, path) ? texts[path]! : text
    return path === 'host' ? made.trim() : made
  })
  const wrong = Object.entries(texts).flatMap(([path, text]) => faultsAt(path, valueFault(path, text)))
  if (wrong.length > 0) throw failed(wrong)
  const { error } = ProfileDraft.safeParse(place.profile)
  if (error) throw failed(error.issues.flatMap((issue) => faultsAt(issue.path.join('.'), issue.message)))
  commit()
  const subscriptions = place.profile.subscriptions.map((subscription, index): LiveSubscription => {
    const template = templates[`subscriptions.${index}.filter`]
    return template === undefined ? subscription : { ...subscription, template }
  })
  return { ...place, profile: { ...place.profile, subscriptions } }
}

/** The fault code of what a field's variables stand for; null: none. */
function valueFault(path: string, text: string): string | null {
  if (path === 'host') return codeOf(Host.safeParse(text))
  if (path === 'path') return codeOf(Path.safeParse(text))
  if (path === 'will.topic') return prefixed('TOPIC', topicFault(text))
  if (/^subscriptions\.\d+\.filter$/.test(path)) return prefixed('FILTER', filterFault(text))
  if (path.startsWith('request.headers.')) return isHeaderValue(text) ? null : 'HEADER_VALUE'
  return null
}

function prefixed(prefix: string, fault: string | null): string | null {
  return fault && `${prefix}_${fault}`
}

function codeOf({ error }: { error?: { issues: { message: string }[] } }): string | null {
  return error?.issues[0]?.message ?? null
}

/** A fault of the whole value of a field. */
function faultsAt(field: string, detail: string | null): TemplateFault[] {
  if (detail === null) return []
  return [{ field, variable: null, line: 1, column: 1, code: 'PROPERTY', name: field, detail }]
}
