using System.Runtime.InteropServices;
using VmmEngine.Backends;

namespace VmmEngine.Locks;

/// <summary>
/// Owns the native memory of a set of locks and of its callers' lines. Freed by the finalizer, when no handle, caller or
/// call refers to it any more, so a pointer into it is good for as long as the owner is kept alive.
/// </summary>
public abstract unsafe class LockMemory
{
    private readonly CallerLines* _lines;
    private readonly void* _block;

    /// <summary>Takes over a block that holds the list of lines.</summary>
    private protected LockMemory(void* block, CallerLines* lines)
    {
        _block = block;
        _lines = lines;
    }

    /// <summary>Frees the block and the lines.</summary>
    ~LockMemory()
    {
        if (_block == null)
        {
            return; // the block could not be allocated, and so the constructor did not run
        }

        for (CallerLine* line = (CallerLine*)_lines->First; line != null;)
        {
            CallerLine* next = (CallerLine*)line->Next;
            NativeMemory.AlignedFree(line);
            line = next;
        }

        NativeMemory.AlignedFree(_block);
    }

    /// <summary>
    /// A line for one caller, who uses it from one thread at a time and gives it back with <see cref="ReturnLine"/>. Reuses free lines;
    /// allocates native memory only when more callers are inside at once than ever before.
    /// </summary>
    public CallerLine* RentLine()
    {
        CallerLine* line = CallerLines<ProcessorAtomics>.TryRent(ref *_lines);
        if (line == null)
        {
            line = (CallerLine*)AllocateZeroed((nuint)sizeof(CallerLine));
            CallerLines<ProcessorAtomics>.Publish(ref *_lines, line);
        }

        return line;
    }

    /// <summary>Gives a line back.</summary>
    public static void ReturnLine(CallerLine* line) => CallerLines<ProcessorAtomics>.Return(line);

    private protected static void* AllocateZeroed(nuint size)
    {
        void* block = NativeMemory.AlignedAlloc(size, CallerLines.LineSize);
        NativeMemory.Clear(block, size);
        return block;
    }
}

/// <summary>The native memory of one VM's locks and vCPUs, and of what these count.</summary>
public sealed unsafe class VmLockMemory : LockMemory
{
    /// <summary>Allocates locks and room for a number of vCPUs.</summary>
    public VmLockMemory(uint vcpuLimit)
        : this((VmLocks*)AllocateZeroed((nuint)sizeof(VmLocks) + ((nuint)vcpuLimit * (nuint)(sizeof(Vcpu) + sizeof(VcpuCounters)))), vcpuLimit)
    {
    }

    private VmLockMemory(VmLocks* locks, uint vcpuLimit)
        : base(locks, &locks->Lines)
    {
        Locks = locks;
        Vcpu* vcpus = (Vcpu*)(locks + 1);
        VmLocks.Initialize(locks, vcpus, vcpuLimit);
        for (uint id = 0; id < vcpuLimit; id++)
        {
            vcpus[id].Counters = (VcpuCounters*)(vcpus + vcpuLimit) + id;
        }
    }

    /// <summary>The locks.</summary>
    public VmLocks* Locks { get; }

    /// <summary>Enters the VM's gate, if it is open, until the result is disposed. Any thread.</summary>
    public GateVisit Visit() => new(this);
}

/// <summary>The native memory of one host's locks.</summary>
public sealed unsafe class HostLockMemory : LockMemory
{
    /// <summary>Allocates the locks.</summary>
    public HostLockMemory()
        : this((HostLocks*)AllocateZeroed((nuint)sizeof(HostLocks)))
    {
    }

    private HostLockMemory(HostLocks* locks)
        : base(locks, &locks->Lines)
    {
        Locks = locks;
        HostLocks.Initialize(locks);
    }

    /// <summary>The locks.</summary>
    public HostLocks* Locks { get; }
}
