// The process that reads uploaded files: whatever a file does to its reader, the service goes on.
import { PreviewDatasetResponse } from '@weir/contracts/agent';
import { problemOf } from './datasets/file-problem.ts';
import { readFile } from './datasets/read-file.ts';
import type { ReaderAnswer, ReaderRequest } from './datasets/reader-protocol.ts';

const answer = async (request: ReaderRequest): Promise<ReaderAnswer> => {
  try {
    return { id: request.id, response: PreviewDatasetResponse.encode(await readFile(request)).finish() };
  } catch (error) {
    return { id: request.id, problem: problemOf(error, request.path) };
  }
};

process.on('message', (request: ReaderRequest) => {
  void answer(request).then((message) => process.send?.(message));
});
// The service is gone: so is the reason to live.
process.on('disconnect', () => process.exit(0));
