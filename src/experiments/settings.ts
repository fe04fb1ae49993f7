/** The grid that most parts run over. */
import type { ModelName, ReadingName, ReproduceConfig } from './results.js';

/** One model under one reading on one sample. */
export interface NetworkSetting {
  readonly model: ModelName;
  readonly reading: ReadingName;
  readonly seed: number;
}

/** Every seed, model and reading of a config, seed by seed and model by model. */
export function networkSettings(config: ReproduceConfig): NetworkSetting[] {
  return config.seeds.flatMap((seed) =>
    config.models.flatMap((model) => config.readings.map((reading) => ({ model, reading, seed }))),
  );
}
