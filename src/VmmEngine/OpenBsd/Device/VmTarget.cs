using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>A VM that a call has found, with the reference and the caller line it holds there.</summary>
public readonly unsafe struct VmTarget
{
    private readonly CallerLine* _line;

    internal VmTarget(in DeviceCall call, Vm vm, CallerLine* line)
    {
        Call = call;
        Vm = vm;
        _line = line;
    }

    /// <summary>The call that found it.</summary>
    public DeviceCall Call { get; }

    /// <summary>The VM's locks.</summary>
    public ref VmLocks Locks => ref *Vm.Memory.Locks;

    /// <summary>The caller's markers in the VM's locks.</summary>
    public ref CallerLine Line => ref *_line;

    internal Vm Vm { get; }

    /// <summary>Gives the line and the reference back, once. The VM may be gone afterwards.</summary>
    public void Release()
    {
        LockMemory.ReturnLine(_line);
        ReferenceCounts<ProcessorAtomics>.Release(ref Vm.References);
        GC.KeepAlive(Vm); // owns the line's memory
    }
}
