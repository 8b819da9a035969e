// What takes minutes: campaigns of random cases, kills and published vectors. One at a time, as the only thing to run.
import config from './jest.config.mjs';

const isNoCampaign = (pattern) => !pattern.includes('campaign');

export default {
  ...config,
  projects: config.projects.map((project) => ({
    ...project,
    testMatch: ['<rootDir>/**/*.campaign.spec.ts'],
    testPathIgnorePatterns: project.testPathIgnorePatterns.filter(isNoCampaign),
  })),
  maxWorkers: 1,
  testTimeout: 600_000,
};
