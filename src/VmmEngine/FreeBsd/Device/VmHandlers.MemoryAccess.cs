using VmmEngine.Abi.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <content>Guest memory as the contents of the VM's device.</content>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_READ: copies guest memory, page by page. A hole below the end of system memory reads as zeros.</summary>
    /// <returns>0; EFAULT at what is neither: pages before it have been copied.</returns>
    public static int ReadMemory(in VmCall call, ref MemoryTransfer argument)
    {
        MemoryMap map = call.Vm.Memory.Map;
        ulong end = EndOfSystemMemory(map);
        for (ulong done = 0, part; done < argument.Length; done += part)
        {
            ulong address = unchecked(argument.Address + done);
            part = PartInPage(address, argument.Length - done);
            Span<byte> buffer = new(argument.Buffer + done, (int)part);
            if (map.TryTranslate(new Gpa(address), part, MemoryProtection.Read, out Hva host))
            {
                new ReadOnlySpan<byte>(host.Bytes, (int)part).CopyTo(buffer);
            }
            else if (address < end)
            {
                buffer.Clear();
            }
            else
            {
                return Errno.EFAULT;
            }
        }

        return 0;
    }

    /// <summary>VM_WRITE: the other way, into memory that the guest may write.</summary>
    /// <returns>0; EFAULT at any other address: pages before it have been copied.</returns>
    public static int WriteMemory(in VmCall call, ref MemoryTransfer argument)
    {
        MemoryMap map = call.Vm.Memory.Map;
        for (ulong done = 0, part; done < argument.Length; done += part)
        {
            Gpa address = new(unchecked(argument.Address + done));
            part = PartInPage(address.Value, argument.Length - done);
            if (!map.TryTranslate(address, part, MemoryProtection.Write, out Hva host))
            {
                return Errno.EFAULT;
            }

            new ReadOnlySpan<byte>(argument.Buffer + done, (int)part).CopyTo(new Span<byte>(host.Bytes, (int)part));
            call.Vm.Backend?.MemoryWritten(address, part);
        }

        return 0;
    }

    /// <summary>VM_MMAP: finds the bytes of system memory behind a range of guest-physical addresses.</summary>
    /// <returns>0; ENOENT unless the whole range lies in one mapping; EINVAL if that shows device memory.</returns>
    public static int FindMemory(in VmCall call, ref MemoryView argument)
    {
        if (!call.Vm.Memory.Map.TryFind(new Gpa(argument.Address), out MemoryMapping? mapping)
            || argument.Length > mapping.End - argument.Address)
        {
            return Errno.ENOENT;
        }

        if (mapping.Segment.IsDevice)
        {
            return Errno.EINVAL;
        }

        argument.SegmentId = mapping.Segment.Id;
        argument.Offset = mapping.Offset + (argument.Address - mapping.Address);
        return 0;
    }

    private static ulong PartInPage(ulong address, ulong rest) => Math.Min(rest, HostMemory.PageSize - (address % HostMemory.PageSize));

    private static ulong EndOfSystemMemory(MemoryMap map)
    {
        ulong end = 0;
        foreach (MemoryMapping mapping in map.Mappings)
        {
            end = mapping.Segment.IsDevice ? end : mapping.End;
        }

        return end;
    }
}
