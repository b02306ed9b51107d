using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>One call of a VM's device: what the generated code and the handlers need of it.</summary>
/// <remarks>The pointers are good for as long as the VM's handle or caller is kept alive.</remarks>
public readonly unsafe struct VmCall
{
    private readonly VmLocks* _locks;
    private readonly CallerLine* _line;
    private readonly Vm? _vm;
    private readonly Credential? _credential;

    /// <summary>
    /// A call on bare locks, for checkers and benchmarks of the generated code, which bring handlers of their own. It has every
    /// privilege and every option.
    /// </summary>
    /// <param name="locks">The VM's locks.</param>
    /// <param name="line">The calling thread's line.</param>
    public VmCall(VmLocks* locks, CallerLine* line)
    {
        _locks = locks;
        _line = line;
    }

    internal VmCall(Vm vm, CallerLine* line, Credential credential)
        : this(vm.Locks, line)
    {
        _vm = vm;
        _credential = credential;
    }

    /// <summary>The VM's locks.</summary>
    public ref VmLocks Locks => ref *_locks;

    /// <summary>The calling thread's line.</summary>
    public ref CallerLine Line => ref *_line;

    /// <summary>The VM. The product's handlers are only reached with one.</summary>
    internal Vm Vm => _vm!;

    /// <summary>0, or EPERM if the caller lacks a privilege.</summary>
    public int CheckPrivilege(Privilege privilege) => _credential is null ? 0 : AccessRules.CheckPrivilege(_credential, privilege);

    /// <summary>True if the host was built with an option.</summary>
    public bool IsEnabled(Option option) => _vm is null || (_vm.Host.Options.Enabled & option) == option;
}
