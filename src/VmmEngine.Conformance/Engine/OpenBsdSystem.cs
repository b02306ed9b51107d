using VmmEngine.Abi.OpenBsd;
using VmmEngine.Conformance.Systems;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;

namespace VmmEngine.Conformance.Engine;

/// <summary>A host of this engine, used as a C program would: through descriptors. They have commands only.</summary>
internal sealed unsafe class OpenBsdSystem(OpenBsdHost host) : ISystemUnderTest, ISuspendable
{
    private const int ENODEV = 19;

    private readonly DeviceTable _table = new(host);

    /// <summary>The host.</summary>
    public OpenBsdHost Host => host;

    public bool IsSuspended => host.IsSuspended;

    public int Open(string path, Access access, Caller caller, out int descriptor)
    {
        Credential credential = new()
        {
            RealUid = caller.Uid,
            EffectiveUid = caller.Uid,
            ProcessId = caller.ProcessId,
            Pledge = caller.Promises is { } promises ? (Promises)promises : null,
        };
        return _table.Open(path, (OpenMode)(access & Access.ReadWrite), credential, out descriptor);
    }

    public int Ioctl(int descriptor, uint word, nint argument) => _table.Ioctl(descriptor, word, (void*)argument);

    public int Read(int descriptor, long offset, Span<byte> destination) => ENODEV;

    public int Write(int descriptor, long offset, ReadOnlySpan<byte> source) => ENODEV;

    public int Map(int descriptor, long offset, ulong length, Access access, out IMappedMemory? memory)
    {
        memory = null;
        return ENODEV;
    }

    public int Duplicate(int descriptor, out int duplicate) => _table.Duplicate(descriptor, out duplicate);

    public int Close(int descriptor) => _table.Close(descriptor);

    public void Suspend() => host.Suspend();

    public void Resume() => host.Resume();

    /// <summary>Ends the VMs that a case has left behind: on this system they outlive their descriptors.</summary>
    public void Dispose()
    {
        if (host.IsSuspended)
        {
            host.Resume();
        }

        _table.Open(OpenBsdHost.DevicePath, OpenMode.ReadWrite, Credential.Superuser, out int descriptor);
        vm_info_result* records = stackalloc vm_info_result[64];
        vm_info_params info = new() { vip_size = (ulong)(64 * sizeof(vm_info_result)), vip_info = records };
        bool baseline = host.Options.Revisions.HasFlag(Revisions.Baseline);
        _table.Ioctl(descriptor, baseline ? BaselineCommandWords.VMM_IOC_INFO : NewerCommandWords.VMM_IOC_INFO, &info);
        for (ulong i = 0; i < info.vip_info_ct; i++)
        {
            vm_terminate_params end = new() { vtp_vm_id = records[i].vir_id };
            _table.Ioctl(descriptor, baseline ? BaselineCommandWords.VMM_IOC_TERM : NewerCommandWords.VMM_IOC_TERM, &end);
        }

        _table.Dispose();
    }
}
