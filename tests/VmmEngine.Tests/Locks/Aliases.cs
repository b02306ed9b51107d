global using GuestEntry = VmmEngine.Locks.GuestEntry<VmmEngine.Locks.ProcessorAtomics>;
global using SlotLocks = VmmEngine.Locks.SlotLocks<VmmEngine.Locks.ProcessorAtomics>;
global using VcpuLocks = VmmEngine.Locks.VcpuLocks<VmmEngine.Locks.ProcessorAtomics>;
global using WordLocks = VmmEngine.Locks.WordLocks<VmmEngine.Locks.ProcessorAtomics>;
