import type { Server } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { descriptorSet } from '@weir/contracts';

/** Serves reflection v1 and v1alpha for the given services, from the same descriptor set that rules and docs read. */
export function addReflection(server: Server, services: readonly string[]): void {
  const contract = loadFileDescriptorSetFromBuffer(Buffer.from(descriptorSet()), { keepCase: true });
  new ReflectionService(contract, { services: [...services] }).addToServer(server);
}
