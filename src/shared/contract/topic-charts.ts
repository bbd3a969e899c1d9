import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'
import { SeriesSource } from './series'

/** The sources on a chart. */
export const ChartSources = z
  .array(SeriesSource.extend({ colour: z.int().min(0).max(7), hidden: z.boolean() }))
  .max(12)

/** The chart of a topic as the user left it. */
const TopicChart = z.object({
  topic: z.string(),
  sources: ChartSources.min(1),
  /** All lines share one scale, instead of panes with scales of their own. */
  overlaid: z.boolean()
})

/** The charts of a profile's topics that the user changed, the one changed last at the end. */
export const TopicCharts = z.array(TopicChart).max(200)
export type TopicCharts = z.infer<typeof TopicCharts>

export const topicChartCalls = {
  'topicCharts.get': call('main', OfHistory, TopicCharts),
  /** Throws NOT_FOUND, and FILE_UNWRITABLE; the stored charts then stay. */
  'topicCharts.set': call('main', OfHistory.extend({ charts: TopicCharts }), z.void())
}

export const topicChartEvents = {
  'topicCharts.changed': OfHistory.extend({ charts: TopicCharts })
}
