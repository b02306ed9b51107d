using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Memory;

namespace VmmEngine.OpenBsd;

/// <summary>A VM's memory: a piece of one file for each range that is not MMIO, seen by the guest, by the engine, and by clients that map it.</summary>
/// <remarks>
/// Built before the VM is published. Protections change with the memory map held exclusively and every vCPU frozen; a client's own mappings outlive the VM.
/// </remarks>
internal sealed unsafe class VmMemory : IDisposable
{
    private const int CopyUnit = 1 << 16;

    private readonly GuestMemory _memory = new(vmm_limits.VMM_MAX_MEM_RANGES);
    private readonly vm_mem_range[] _ranges;
    private readonly VmBackend _backend;

    /// <param name="ranges">Sound: checked before.</param>
    /// <param name="backend">Alive for as long as this.</param>
    public VmMemory(ReadOnlySpan<vm_mem_range> ranges, VmBackend backend)
    {
        _ranges = ranges.ToArray();
        _backend = backend;
    }

    /// <summary>What the guest sees now.</summary>
    public MemoryMap Map => _memory.Map;

    /// <summary>Bytes that have been touched.</summary>
    public ulong ResidentBytes => _memory.ResidentBytes;

    /// <summary>Makes the memory and shows it to the guest.</summary>
    /// <param name="takesClients">
    /// Fill it with what the client has at each range's address, and put it there in its place: from then on guest and client share it.
    /// </param>
    /// <returns>0; ENOMEM if the host has not enough; EFAULT if the client's memory is not there.</returns>
    public int Build(bool takesClients)
    {
        int error = 0;
        for (int range = 0; range < _ranges.Length && error == 0; range++)
        {
            error = _ranges[range].vmr_type == vm_mem_type.VM_MEM_MMIO ? 0 : Build(range, takesClients);
        }

        return error;
    }

    /// <summary>Maps a range for a client.</summary>
    /// <param name="range">Not of type MMIO.</param>
    /// <param name="at">Where, in the place of whatever is mapped there; 0 for where the host likes.</param>
    /// <returns>The address; 0 if the host has no room.</returns>
    public nuint TryGive(int range, nuint at) => Map.SegmentOf(range)!.TryGive(at);

    /// <summary>Changes what the guest may do with the memory of an address range; parts that have none are left out.</summary>
    /// <returns>False if the back end has no room for so many pieces: the rest keeps its protection.</returns>
    public bool TryProtect(ulong address, ulong length, MemoryProtection protection)
    {
        foreach (MemoryMapping mapping in Map.Mappings.ToArray())
        {
            ulong begin = Math.Max(address, mapping.Address);
            ulong end = Math.Min(address + length, mapping.End);
            if (begin < end && mapping.Protection != protection && !TrySplit(mapping, begin, end, protection))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lets go of everything; the back end shows nothing any more.</summary>
    public void Dispose() => _memory.Dispose();

    private int Build(int range, bool takesClients)
    {
        vm_mem_range wanted = _ranges[range];
        MemorySegment? segment = _memory.TryAllocate(range, wanted.vmr_size, []);
        if (segment is null || !_memory.TryPlace(segment, 0, segment.Length, wanted.vmr_gpa))
        {
            return Errno.ENOMEM;
        }

        if (takesClients && !TryCopy(segment, (nuint)wanted.vmr_va))
        {
            return Errno.EFAULT;
        }

        return (!takesClients || segment.TryGive((nuint)wanted.vmr_va) != 0)
            && TryShow(new MemoryMapping(wanted.vmr_gpa, wanted.vmr_size, segment, 0, MemoryProtection.All, IsWired: false))
            ? 0 : Errno.ENOMEM;
    }

    // What another thread of the client writes meanwhile may be lost: a client does not use memory that it is giving away.
    private static bool TryCopy(MemorySegment segment, nuint client)
    {
        byte[] copy = new byte[CopyUnit];
        fixed (byte* part = copy)
        {
            for (ulong offset = 0; offset < segment.Length; offset += CopyUnit)
            {
                int length = (int)Math.Min(CopyUnit, segment.Length - offset);
                if (!UserMemory.TryCopyIn((byte*)client + offset, part, (nuint)length))
                {
                    return false;
                }

                // Pages that hold nothing stay untouched in the file.
                ReadOnlySpan<byte> bytes = copy.AsSpan(0, length);
                if (bytes.ContainsAnyExcept((byte)0))
                {
                    bytes.CopyTo(new Span<byte>(segment.Host.Address.Bytes + offset, length));
                }
            }
        }

        return true;
    }

    private bool TrySplit(MemoryMapping mapping, ulong begin, ulong end, MemoryProtection protection)
    {
        _backend.Unmap(new Gpa(mapping.Address), mapping.Length);
        _memory.Remove(mapping);
        return TryShow(mapping, mapping.Address, begin, mapping.Protection)
            && TryShow(mapping, begin, end, protection)
            && TryShow(mapping, end, mapping.End, mapping.Protection);
    }

    private bool TryShow(MemoryMapping whole, ulong begin, ulong end, MemoryProtection protection) =>
        begin == end
        || TryShow(whole with { Address = begin, Length = end - begin, Offset = whole.Offset + begin - whole.Address, Protection = protection });

    private bool TryShow(MemoryMapping mapping) =>
        _backend.Map(new Gpa(mapping.Address), mapping.Host, mapping.Length, mapping.Protection) == 0 && _memory.TryAdd(mapping);
}
