using VmmEngine.FreeBsd;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>A host with one VM of four vCPUs, open for reading and writing.</summary>
internal sealed class OneVm
{
    public OneVm(FreeBsdHostOptions? options = null)
    {
        Host = new FreeBsdHost((options ?? new FreeBsdHostOptions()) with { MaxCpu = 4 });
        Control = Host.OpenControl();
        Control.Create("a");
        Vm = Host.OpenVm("a");
    }

    public FreeBsdHost Host { get; }

    public ControlHandle Control { get; }

    public VmHandle Vm { get; }
}
