import { TopicCharts } from '../../shared/contract/topic-charts'
import { ProfileFile } from './per-profile-file'

/** What the user added to the charts of each profile's topics, in `charts.json` of the data directory. */
export class TopicChartStore extends ProfileFile<TopicCharts> {
  constructor(directory: string) {
    super(directory, 'charts.json', TopicCharts, [])
  }
}
