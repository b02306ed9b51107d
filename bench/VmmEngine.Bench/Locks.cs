using BenchmarkDotNet.Attributes;
using VmmEngine.Locks;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Bench;

/// <summary>Each lock by itself, uncontended: taken and released.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class Locks
{
    private RatioWorld? _world;

    [GlobalSetup]
    public void SetUp() => _world = new RatioWorld(vcpus: 1, callers: 1);

    [Benchmark(OperationsPerInvoke = Batch.Commands)]
    public unsafe void FreezeOneVcpu()
    {
        ref VmLocks locks = ref _world!.Locks;
        for (int i = 0; i < Batch.Commands; i++)
        {
            if (VcpuLocks<ProcessorAtomics>.TryFreeze(ref locks, 0, out Vcpu* vcpu))
            {
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            }
        }
    }

    [Benchmark(OperationsPerInvoke = Batch.Commands)]
    public void ReadMemoryMap()
    {
        RatioCall call = _world!.Call(0);
        for (int i = 0; i < Batch.Commands; i++)
        {
            SlotLocks<ProcessorAtomics>.EnterShared(ref call.Locks.MemoryMap, ref call.Line.MemoryMap);
            SlotLocks<ProcessorAtomics>.ExitShared(ref call.Locks.MemoryMap, ref call.Line.MemoryMap);
        }
    }

    [Benchmark(OperationsPerInvoke = Batch.Freezes)]
    public void WriteMemoryMap()
    {
        ref VmLocks locks = ref _world!.Locks;
        for (int i = 0; i < Batch.Freezes; i++)
        {
            SlotLocks<ProcessorAtomics>.EnterExclusive(ref locks.MemoryMap);
            SlotLocks<ProcessorAtomics>.ExitExclusive(ref locks.MemoryMap);
        }
    }

    [GlobalCleanup]
    public void TearDown() => Batch.End(_world);
}
