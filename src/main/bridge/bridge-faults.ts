import { carries, filterOn, type Bridge, type BridgeDraft } from '../../shared/contract/bridge'
import { LOCAL_PROFILE_ID, type Profile } from '../../shared/contract/profiles'
import { AppError } from '../../shared/errors'
import { filtersOverlap } from '../../shared/filter-overlap'

/**
 * Throws INVALID_INPUT for what a draft's own fields do not show: a profile that does not exist or is the local broker's, and filters that
 * would bring messages back from a broker before MQTT 5, where messages do not say which brokers they have passed.
 */
export function checkBridge(
  draft: BridgeDraft,
  others: readonly Bridge[],
  profiles: ReadonlyMap<string, Profile>
): void {
  const profile = profiles.get(draft.profileId)
  if (!profile) throw invalid('profileId', 'PROFILE_UNKNOWN')
  if (draft.profileId === LOCAL_PROFILE_ID) throw invalid('profileId', 'PROFILE_LOCAL')
  const beside = others.filter(({ profileId }) => {
    const other = profiles.get(profileId)
    return other && isSame(other, profile) && (other.version < 5 || profile.version < 5)
  })
  for (const [index, rule] of draft.rules.entries())
    for (const other of beside.flatMap(({ rules }) => rules)) {
      const opposite =
        (carries('in', rule) && carries('out', other)) || (carries('out', rule) && carries('in', other))
      if (opposite && filtersOverlap(filterOn('remote', rule), filterOn('remote', other)))
        throw invalid(`rules.${index}.filter`, 'FILTER_LOOPS')
    }
}

function isSame(one: Profile, other: Profile): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port
}

function invalid(path: string, fault: string): AppError {
  return new AppError('INVALID_INPUT', { issues: [{ path: `draft.${path}`, fault }] })
}
