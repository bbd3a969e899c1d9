import { Marks, noMarks } from '../../shared/contract/marks'
import { ProfileFile } from './per-profile-file'

/** The pinned and hidden topics of each profile's tree, in `marks.json` of the data directory. */
export class MarkStore extends ProfileFile<Marks> {
  constructor(directory: string) {
    super(directory, 'marks.json', Marks, noMarks)
  }
}
