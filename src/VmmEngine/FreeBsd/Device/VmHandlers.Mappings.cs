using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <content>Mappings: where parts of segments appear in the guest.</content>
public partial struct VmHandlers
{
    /// <summary>The first address that no guest-physical address space of this interface has.</summary>
    private const ulong AddressSpaceEnd = 1UL << 47;

    /// <summary>VM_MMAP_MEMSEG: shows a part of a segment to the guest.</summary>
    /// <returns>
    /// 0; EINVAL for a protection, flag, segment or part of one that there is not, or for anything but whole pages; ENOSPC if there are as many mappings as there
    /// can be; EFAULT if the range overlaps another or lies outside the guest's address space; ENOMEM if it cannot be wired, or the
    /// back end has no room.
    /// </returns>
    public static int MapSegment(in VmCall call, ref vm_memmap argument)
    {
        MemoryMap map = call.Vm.Memory.Map;
        bool protectionKnown = argument.prot != 0 && (argument.prot & ~vm_memory.VM_PROT_ALL) == 0;
        bool flagsKnown = (argument.flags & ~vm_memory.VM_MEMMAP_F_WIRED) == 0;
        if (!protectionKnown || !flagsKnown || !map.IsSegmentId(argument.segid) || map.SegmentOf(argument.segid) is not { } segment)
        {
            return Errno.EINVAL;
        }

        if (argument.segoff < 0 || argument.len == 0 || argument.len > segment.Length || (ulong)argument.segoff > segment.Length - argument.len)
        {
            return Errno.EINVAL;
        }

        if (((argument.gpa | (ulong)argument.segoff | argument.len) & (HostMemory.PageSize - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (map.Count == vm_memory.VM_MAX_MEMMAPS)
        {
            return Errno.ENOSPC;
        }

        if (argument.gpa >= AddressSpaceEnd || argument.len > AddressSpaceEnd - argument.gpa || map.Overlaps(argument.gpa, argument.len))
        {
            return Errno.EFAULT;
        }

        bool wired = (argument.flags & vm_memory.VM_MEMMAP_F_WIRED) != 0;
        return Map(call.Vm, argument.gpa, argument.len, segment, (ulong)argument.segoff, (MemoryProtection)argument.prot, wired);
    }

    /// <summary>VM_MUNMAP_MEMSEG: takes away a mapping. The segment keeps its bytes.</summary>
    /// <returns>0; EINVAL unless the range is exactly a mapping's.</returns>
    public static int UnmapSegment(in VmCall call, ref vm_munmap argument)
    {
        GuestMemory memory = call.Vm.Memory;
        if (memory.Map.FirstAtOrAbove(new Gpa(argument.gpa)) is { } mapping && mapping.Address == argument.gpa && mapping.Length == argument.len)
        {
            Unmap(call.Vm, mapping);
            return 0;
        }

        // Upstream compares the range with every slot of its table: this one is equal to a slot that nobody uses.
        bool matchesEmptySlot = argument is { gpa: 0, len: 0 } && memory.Map.Count < vm_memory.VM_MAX_MEMMAPS;
        return matchesEmptySlot && call.Vm.Host.Options.Quirks.UnmapEmptySlots ? 0 : Errno.EINVAL;
    }

    /// <summary>VM_MMAP_GETNEXT: reports the mapping with the smallest address that is not below the given one.</summary>
    /// <returns>0; ENOENT if there is none.</returns>
    public static int GetNextMapping(in VmCall call, ref vm_memmap argument)
    {
        if (call.Vm.Memory.Map.FirstAtOrAbove(new Gpa(argument.gpa)) is not { } mapping)
        {
            return Errno.ENOENT;
        }

        argument.gpa = mapping.Address;
        argument.segid = mapping.Segment.Id;
        argument.segoff = (long)mapping.Offset;
        argument.len = mapping.Length;
        argument.prot = (int)mapping.Protection;
        argument.flags = mapping.IsWired ? vm_memory.VM_MEMMAP_F_WIRED : 0;
        return 0;
    }

    private static int Map(Vm vm, ulong address, ulong length, MemorySegment segment, ulong offset, MemoryProtection protection, bool wired)
    {
        // An exception that left from below would leave the map and every vCPU locked for good.
        try
        {
            MemoryMapping mapping = new(address, length, segment, offset, protection, wired);
            if (!vm.Memory.TryAdd(mapping))
            {
                return Errno.ENOMEM;
            }

            if (vm.Backend is null || vm.Backend.Map(new Gpa(address), mapping.Host, length, protection) == 0)
            {
                return 0;
            }

            vm.Memory.Remove(mapping);
            return Errno.ENOMEM;
        }
        catch (OutOfMemoryException)
        {
            return Errno.ENOMEM;
        }
    }

    private static void Unmap(Vm vm, MemoryMapping mapping)
    {
        vm.Backend?.Unmap(new Gpa(mapping.Address), mapping.Length);
        vm.Memory.Remove(mapping);
    }
}
