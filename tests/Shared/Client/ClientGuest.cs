using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>A guest of FreeBSD's interface on a real back end: 1 MiB of memory at 0, code at 0x1000 in real mode, segments at 0.</summary>
internal sealed unsafe class ClientGuest : IDisposable
{
    public const ulong Start = 0x1000;
    public const ulong MemorySize = 1 << 20;

    private const int PartLength = 1 << 16;

    private readonly FreeBsdHost _host;
    private readonly ControlHandle _control;

    public ClientGuest(BackendFactory factory, params byte[] code)
        : this(new FreeBsdHostOptions { MaxCpu = 2, BackendFactory = factory, Enabled = new FreeBsdHostOptions().Enabled | Option.Snapshot }, code)
    {
    }

    public ClientGuest(FreeBsdHostOptions options, params byte[] code)
    {
        _host = new FreeBsdHost(options);
        Assert.Equal(0, _host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control));
        _control = control!;
        vmmctl_vm_create create = new() { flags = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE };
        create.name[0] = (byte)'g';
        Assert.Equal(0, _control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, &create));
        Assert.Equal(0, _host.OpenVm("g"u8, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.None, out VmHandle? vm));
        Vm = vm!;
        Check(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { len = MemorySize });
        Check(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { len = MemorySize, prot = vm_memory.VM_PROT_ALL });
        Assert.Equal(0, Vm.Write((long)Start, code));
        Begin();
    }

    public VmHandle Vm { get; }

    /// <summary>How many VMs the host has.</summary>
    public int VmCount => _host.VmCount;

    /// <summary>A second open file, whose commands disturb running vCPUs less.</summary>
    public VmHandle OpenRelaxed()
    {
        Assert.Equal(0, _host.OpenVm("g"u8, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.Relaxed, out VmHandle? relaxed));
        return relaxed!;
    }

    /// <summary>Activates vCPU 0 and puts it at the code.</summary>
    public void Begin()
    {
        Check(VmCommandWords.VM_ACTIVATE_CPU, 0);
        foreach (int segment in new[] { vm_reg_name.VM_REG_GUEST_CS, vm_reg_name.VM_REG_GUEST_DS, vm_reg_name.VM_REG_GUEST_ES, vm_reg_name.VM_REG_GUEST_SS })
        {
            vm_seg_desc descriptor = new() { regnum = segment };
            Assert.Equal(0, Command(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, ref descriptor));
            descriptor.desc.@base = 0;
            Assert.Equal(0, Command(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, ref descriptor));
            Set(segment, 0);
        }

        Set(vm_reg_name.VM_REG_GUEST_RIP, Start);
        Set(vm_reg_name.VM_REG_GUEST_RSP, 0x8000);
    }

    public int Command<T>(uint command, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            return Vm.Ioctl(command, pointer);
        }
    }

    public int Command<T>(uint command, T argument)
        where T : unmanaged => Command(command, ref argument);

    public void Check<T>(uint command, T argument)
        where T : unmanaged => Assert.Equal(0, Command(command, ref argument));

    public ulong Get(int register)
    {
        vm_register argument = new() { regnum = register };
        Assert.Equal(0, Command(VmCommandWords.VM_GET_REGISTER, ref argument));
        return argument.regval;
    }

    public void Set(int register, ulong value) => Check(VmCommandWords.VM_SET_REGISTER, new vm_register { regnum = register, regval = value });

    public void Enable(int capability) =>
        Check(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { captype = capability, capval = 1 });

    public int TryRun(out vm_exit exit)
    {
        vm_exit result = default;
        int error = Command(VmCommandWords.VM_RUN, new vm_run { vm_exit = &result });
        exit = result;
        return error;
    }

    /// <summary>Runs to the next exit that is not merely an invitation to run again.</summary>
    public vm_exit Run()
    {
        vm_exit exit;
        do
        {
            Assert.Equal(0, TryRun(out exit));
        }
        while (exit.exitcode is vm_exitcode.VM_EXITCODE_REQIDLE or vm_exitcode.VM_EXITCODE_BOGUS);

        return exit;
    }

    public byte[] Memory(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        Assert.Equal(0, Vm.Read((long)address, bytes));
        return bytes;
    }

    /// <summary>Saves a part of the VM, a value of snapshot_req.</summary>
    public byte[] SavePart(int part)
    {
        byte[] buffer = new byte[PartLength];
        Assert.Equal(0, Transfer(part, vm_snapshot_op.VM_SNAPSHOT_SAVE, buffer, out int length));
        return buffer[..length];
    }

    /// <summary>Restores a part.</summary>
    public int RestorePart(int part, byte[] image)
    {
        byte[] buffer = new byte[PartLength];
        image.CopyTo(buffer, 0);
        return Transfer(part, vm_snapshot_op.VM_SNAPSHOT_RESTORE, buffer, out _);
    }

    private int Transfer(int part, int operation, byte[] buffer, out int length)
    {
        fixed (byte* bytes = buffer)
        {
            vm_snapshot_meta meta = new()
            {
                dev_req = part,
                op = operation,
                buffer = new vm_snapshot_buffer { buf_start = bytes, buf_size = (ulong)buffer.Length, buf = bytes, buf_rem = (ulong)buffer.Length },
            };
            int error = Command(VmCommandWords.VM_SNAPSHOT_REQ, ref meta);
            length = (int)(meta.buffer.buf - bytes);
            return error;
        }
    }

    public void Dispose()
    {
        Vm.Close();
        _control.Close();
    }
}
