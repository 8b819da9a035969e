import { stopMesh } from './global-setup.ts';

export default stopMesh;
