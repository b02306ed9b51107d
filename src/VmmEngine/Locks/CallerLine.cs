using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Locks;

/// <summary>
/// One caller's own cache line within one VM or one host: its markers for the <see cref="SlotLock"/>s there. Only the thread that has
/// rented the line stores to its markers, so entering a lock for reading costs no atomic operation.
/// </summary>
/// <remarks>
/// Lines are 128 bytes (two lines of 64: the adjacent-line prefetcher pulls pairs), live in native memory, are added to a list and
/// never removed from it, and go when their owner's memory goes.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = CallerLines.LineSize)]
public struct CallerLine
{
    internal const int GateOffset = 0;
    internal const int MemoryMapOffset = 4;
    internal const int VmListOffset = 8;

    /// <summary>Set while the caller is inside the device.</summary>
    [FieldOffset(GateOffset)]
    public uint Gate;

    /// <summary>Set while the caller holds the VM's memory map for reading.</summary>
    [FieldOffset(MemoryMapOffset)]
    public uint MemoryMap;

    /// <summary>Set while the caller holds the host's list of VMs for reading.</summary>
    [FieldOffset(VmListOffset)]
    public uint VmList;

    /// <summary>0 while nobody has rented the line.</summary>
    [FieldOffset(16)]
    internal uint Rented;

    /// <summary>Address of the next line, fixed before the line is published.</summary>
    [FieldOffset(24)]
    internal nuint Next;
}

/// <summary>The grow-only list of caller lines of one VM or host.</summary>
public struct CallerLines
{
    internal const int LineSize = 128;

    /// <summary>Address of the newest line; 0 for none.</summary>
    internal nuint First;
}

/// <summary>Renting caller lines. Lock-free; a line returned by one caller is used again by the next.</summary>
public static unsafe class CallerLines<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>Rents a free line; null when all are taken (then <see cref="Publish"/> a new one).</summary>
    public static CallerLine* TryRent(ref CallerLines lines)
    {
        for (CallerLine* line = Head(ref lines); line != null; line = (CallerLine*)line->Next)
        {
            if (TAtomics.Read(ref line->Rented) == 0 && TAtomics.CompareExchange(ref line->Rented, 1, 0) == 0)
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Adds a zeroed line, rented by the caller from the start.</summary>
    /// <remarks>
    /// The compare-exchange is the fence between publishing the line and the first look at a writer's word; together with the writer's own
    /// compare-exchange it makes sure that a writer that misses the new line is seen by the new caller.
    /// </remarks>
    public static void Publish(ref CallerLines lines, CallerLine* line)
    {
        line->Rented = 1;
        nuint first;
        do
        {
            first = TAtomics.ReadPointer(ref lines.First);
            line->Next = first;
        }
        while (TAtomics.CompareExchangePointer(ref lines.First, (nuint)line, first) != first);
    }

    /// <summary>Gives the line back. All its markers must be clear.</summary>
    public static void Return(CallerLine* line) => TAtomics.Write(ref line->Rented, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CallerLine* Head(ref CallerLines lines) => (CallerLine*)TAtomics.ReadPointer(ref lines.First);
}
