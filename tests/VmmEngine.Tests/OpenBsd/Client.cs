using System.Text;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;
using NewerCreate = VmmEngine.Abi.OpenBsd.Newer.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>A process with the device open: the commands as a client in C would issue them.</summary>
internal sealed unsafe class Client
{
    public const ulong PageSize = 4096;

    public Client(OpenBsdHost host, Credential? credential = null, OpenMode mode = OpenMode.ReadWrite)
    {
        Host = host;
        Assert.Equal(0, host.Open(OpenBsdHost.DevicePath, mode, credential ?? Credential.Superuser, out DeviceHandle? handle));
        Handle = (VmmHandle)handle!;
    }

    public Client(OpenBsdOptions options)
        : this(new OpenBsdHost(options))
    {
    }

    public Client()
        : this(new OpenBsdHost())
    {
    }

    public OpenBsdHost Host { get; }

    public VmmHandle Handle { get; }

    /// <summary>A range of RAM: 1 MiB at 0 unless told otherwise.</summary>
    public static vm_mem_range Range(ulong gpa = 0, ulong size = 0x10_0000, ulong va = 0x1_0000_0000, int type = vm_mem_type.VM_MEM_RAM) =>
        new() { vmr_gpa = gpa, vmr_size = size, vmr_va = va, vmr_type = type };

    /// <summary>A creation that succeeds, to be spoiled by a test.</summary>
    public static BaselineCreate Creation(params ReadOnlySpan<vm_mem_range> ranges)
    {
        BaselineCreate create = new() { vcp_ncpus = 1, vcp_nmemranges = (ulong)Math.Max(1, ranges.Length) };
        create.vcp_memranges[0] = Range();
        ranges.CopyTo(create.vcp_memranges);
        return create;
    }

    /// <inheritdoc cref="Creation"/>
    public static NewerCreate NewerCreation(params ReadOnlySpan<vm_mem_range> ranges)
    {
        NewerCreate create = new() { vcp_ncpus = 1, vcp_nmemranges = (ulong)Math.Max(1, ranges.Length) };
        create.vcp_memranges[0] = Range(va: 0);
        ranges.CopyTo(create.vcp_memranges);
        return create;
    }

    public int Ioctl<T>(uint command, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            return Handle.Ioctl(command, pointer);
        }
    }

    public int Create(ref BaselineCreate create) => Ioctl(BaselineCommandWords.VMM_IOC_CREATE, ref create);

    public int Create(ref NewerCreate create) => Ioctl(NewerCommandWords.VMM_IOC_CREATE, ref create);

    /// <summary>Creates a VM; it must succeed.</summary>
    public uint Create(string name = "")
    {
        BaselineCreate create = Creation();
        Encoding.ASCII.GetBytes(name, new Span<byte>(create.vcp_name, vmm_limits.VMM_MAX_NAME_LEN));
        Assert.Equal(0, Create(ref create));
        return create.vcp_id;
    }

    /// <inheritdoc cref="Create(string)"/>
    public uint CreateNewer()
    {
        NewerCreate create = NewerCreation();
        Assert.Equal(0, Create(ref create));
        return create.vcp_id;
    }

    public int Terminate(uint id)
    {
        vm_terminate_params argument = new() { vtp_vm_id = id };
        return Ioctl(BaselineCommandWords.VMM_IOC_TERM, ref argument);
    }

    /// <summary>A report with room for so many records; it must succeed.</summary>
    public vm_info_params Report(vm_info_result[] records)
    {
        fixed (vm_info_result* room = records)
        {
            vm_info_params info = new() { vip_size = (ulong)(records.Length * sizeof(vm_info_result)), vip_info = room };
            Assert.Equal(0, Ioctl(BaselineCommandWords.VMM_IOC_INFO, ref info));
            return info;
        }
    }

    /// <summary>The ids of a report with room for plenty.</summary>
    public uint[] Ids()
    {
        vm_info_result[] records = new vm_info_result[vmm_limits.VMM_MAX_VCPUS];
        vm_info_params info = Report(records);
        return [.. records[..(int)info.vip_info_ct].Select(record => record.vir_id)];
    }
}
