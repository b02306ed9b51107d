using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.Locks;

namespace VmmEngine.Ratios.Worlds;

/// <summary>The locks of one VM with all its vCPUs created, and a line for each caller: what the engine keeps for a real VM.</summary>
internal sealed unsafe class RatioWorld : IDisposable
{
    private const uint Alignment = 128;

    private readonly VmLocks* _locks;
    private readonly Vcpu* _vcpus;
    private readonly CallerLine*[] _lines;

    public RatioWorld(uint vcpus, int callers)
    {
        _locks = Allocate<VmLocks>(1);
        _vcpus = Allocate<Vcpu>(vcpus);
        VmLocks.Initialize(_locks, _vcpus, vcpus);
        for (int id = 0; id < vcpus; id++)
        {
            if (VcpuLocks<ProcessorAtomics>.TryFreeze(ref *_locks, id, out Vcpu* vcpu))
            {
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            }
        }

        _lines = new CallerLine*[callers];
        for (int caller = 0; caller < callers; caller++)
        {
            _lines[caller] = Allocate<CallerLine>(1);
            CallerLines<ProcessorAtomics>.Publish(ref _locks->Lines, _lines[caller]);
        }
    }

    public ref VmLocks Locks => ref *_locks;

    /// <summary>What the given caller hands to every command.</summary>
    public RatioCall Call(int caller) => new(_locks, _lines[caller]);

    public void Dispose()
    {
        foreach (CallerLine* line in _lines)
        {
            NativeMemory.AlignedFree(line);
        }

        NativeMemory.AlignedFree(_vcpus);
        NativeMemory.AlignedFree(_locks);
    }

    private static T* Allocate<T>(uint count)
        where T : unmanaged
    {
        nuint size = count * (nuint)Unsafe.SizeOf<T>();
        void* memory = NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(memory, size);
        return (T*)memory;
    }
}
