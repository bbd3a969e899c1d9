import { WatchRules } from '../../shared/contract/watch'
import { ProfileFile } from './per-profile-file'

/** The watch rules of each profile, in `watch.json` of the data directory. */
export class WatchRuleStore extends ProfileFile<WatchRules> {
  constructor(directory: string) {
    super(directory, 'watch.json', WatchRules, [])
  }
}
