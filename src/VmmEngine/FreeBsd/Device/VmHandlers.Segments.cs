using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <content>Memory segments: allocating and describing them. There is no command that frees one.</content>
public partial struct VmHandlers
{
    /// <summary>VM_ALLOC_MEMSEG: gives the VM zero-filled memory, which the guest sees once it is mapped. A name makes it device memory.</summary>
    /// <returns>
    /// 0; ERANGE, EFAULT or EINVAL for the host's memory domains; ENAMETOOLONG for a name without an end; EINVAL for an id that there is not, a length that is 0
    /// or no whole pages, or one that differs from the allocated segment's; EEXIST if the very same is allocated already; ENOMEM; for
    /// device memory what the name of its node is refused for.
    /// </returns>
    public static unsafe int AllocateSegment(in VmCall call, ref vm_memseg argument)
    {
        int error = DomainSets.Read(in argument, out DomainSet domains);
        return error != 0
            ? error
            : Allocate(in call, argument.segid, argument.len, MemoryMarshal.CreateReadOnlySpan(ref argument.name[0], vmm_limits.VM_MAX_SUFFIXLEN + 1), domains);
    }

    /// <summary>The form of FreeBSD 12: as <see cref="AllocateSegment"/>, with other ids and names of up to 63 bytes.</summary>
    /// <returns>As <see cref="AllocateSegment"/>.</returns>
    public static unsafe int AllocateSegment12(in VmCall call, ref vm_memseg_12 argument) =>
        Allocate(in call, TodaysId(argument.segid), argument.len, MemoryMarshal.CreateReadOnlySpan(ref argument.name[0], 64), DomainSet.None);

    /// <summary>The form of FreeBSD 14: as <see cref="AllocateSegment"/>, with other ids and without the host's memory domains.</summary>
    /// <returns>As <see cref="AllocateSegment"/>.</returns>
    public static unsafe int AllocateSegment14(in VmCall call, ref vm_memseg_14 argument) =>
        Allocate(in call, TodaysId(argument.segid), argument.len, MemoryMarshal.CreateReadOnlySpan(ref argument.name[0], vmm_limits.VM_MAX_SUFFIXLEN + 1), DomainSet.None);

    /// <summary>VM_GET_MEMSEG: reports the length and the name of a segment; of one that is not allocated, length 0 and no name.</summary>
    /// <returns>0; EINVAL for an id that there is not; ENAMETOOLONG for a name of the older form that does not fit.</returns>
    public static unsafe int GetSegment(in VmCall call, ref vm_memseg argument) =>
        Describe(in call, argument.segid, out argument.len, MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_SUFFIXLEN + 1));

    /// <summary>The form of FreeBSD 12.</summary>
    /// <returns>As <see cref="GetSegment"/>.</returns>
    public static unsafe int GetSegment12(in VmCall call, ref vm_memseg_12 argument)
    {
        int id = TodaysId(argument.segid);
        argument.segid = IdToReport(in call, argument.segid, id);
        return Describe(in call, id, out argument.len, MemoryMarshal.CreateSpan(ref argument.name[0], 64));
    }

    /// <summary>The form of FreeBSD 14.</summary>
    /// <returns>As <see cref="GetSegment"/>.</returns>
    public static unsafe int GetSegment14(in VmCall call, ref vm_memseg_14 argument)
    {
        int id = TodaysId(argument.segid);
        argument.segid = IdToReport(in call, argument.segid, id);
        return Describe(in call, id, out argument.len, MemoryMarshal.CreateSpan(ref argument.name[0], vmm_limits.VM_MAX_SUFFIXLEN + 1));
    }

    private static int Allocate(in VmCall call, int id, ulong length, ReadOnlySpan<byte> field, DomainSet domains)
    {
        int nameLength = field.IndexOf((byte)0);
        if (nameLength < 0)
        {
            return Errno.ENAMETOOLONG;
        }

        ReadOnlySpan<byte> name = field[..nameLength];
        GuestMemory memory = call.Vm.Memory;
        if (!memory.Map.IsSegmentId(id) || length == 0 || length % HostMemory.PageSize != 0)
        {
            return Errno.EINVAL;
        }

        if (memory.Map.SegmentOf(id) is { } present)
        {
            return present.Length == length && present.IsDevice == !name.IsEmpty ? Errno.EEXIST : Errno.EINVAL;
        }

        if (domains.IsImpossible)
        {
            return Errno.EINVAL;
        }

        return Allocate(call.Vm, id, length, name);
    }

    private static int Allocate(Vm vm, int id, ulong length, ReadOnlySpan<byte> name)
    {
        // An exception that left from below would leave the map and every vCPU locked for good.
        try
        {
            MemorySegment? segment = vm.Memory.TryAllocate(id, length, name);
            if (segment is null)
            {
                return Errno.ENOMEM;
            }

            int error = segment.IsDevice ? vm.Host.DeviceMemory.Add(vm, segment) : 0;
            if (error != 0)
            {
                vm.Memory.Release(segment);
            }

            return error;
        }
        catch (OutOfMemoryException)
        {
            return Errno.ENOMEM;
        }
    }

    private static int Describe(in VmCall call, int id, out ulong length, Span<byte> field)
    {
        length = 0;
        MemoryMap map = call.Vm.Memory.Map;
        if (!map.IsSegmentId(id))
        {
            return Errno.EINVAL;
        }

        if (map.SegmentOf(id) is not { } segment)
        {
            return 0;
        }

        if (segment.Name.Length >= field.Length)
        {
            return Errno.ENAMETOOLONG;
        }

        length = segment.Length;
        if (segment.IsDevice)
        {
            segment.Name.CopyTo(field);
            field[segment.Name.Length] = 0;
        }
        else
        {
            field.Clear();
        }

        return 0;
    }

    // Today's ids have room for more domains of system memory, which in the older numbering was segment 0 alone.
    private static int TodaysId(int id) => id == 0 ? 0 : unchecked(id + vm_memory.COMPAT_SEGID_SHIFT);

    private static int IdToReport(in VmCall call, int asked, int translated) =>
        call.Vm.Host.Options.Quirks.ReportTranslatedSegmentIds ? translated : asked;
}
