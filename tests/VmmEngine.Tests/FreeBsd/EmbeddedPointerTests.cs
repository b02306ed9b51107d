using System.Reflection;
using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>
/// Every pointer inside an argument, leading nowhere in each of the ways there are: EFAULT, and nothing has happened. What one row needs to come to the
/// point where it looks at its pointer stands in <see cref="Commands"/>; a pointer that stands nowhere there fails the tests.
/// </summary>
public sealed unsafe partial class EmbeddedPointerTests : IDisposable
{
    private const nuint PageSize = 4096;
    private const int Closed = 0;
    private const int ReadOnly = 1;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    // Pointers that the engine does not look at: names and pages of a snapshot are the client's own, and its buffer has tests of its own.
    private static readonly string[] Ignored =
    [
        "vm_snapshot_meta.dev_data", "vm_snapshot_meta.dev_name", "vm_snapshot_meta_13.ctx", "vm_snapshot_meta_13.dev_data", "vm_snapshot_meta_13.dev_name",
        "vm_run.cpuset", // looked at only with an exit for an interprocessor interrupt
    ];

    private static readonly Dictionary<string, Func<EmbeddedPointerTests, nuint, int>> Commands = new()
    {
        ["vm_register_set.regnums"] = (test, pointer) => test.Registers((int*)pointer, test._values),
        ["vm_register_set.regvals"] = (test, pointer) => test.Registers(test._numbers, (ulong*)pointer),
        ["vm_cpuset.cpus"] = (test, pointer) => test.Call(
            VmCommandWords.VM_GET_CPUS, new vm_cpuset { which = vm_cpuset_which.VM_ACTIVE_CPUS, cpusetsize = 128, cpus = (cpuset_t*)pointer }),
        ["vm_memseg.ds_mask"] = (test, pointer) => test.Call(
            VmCommandWords.VM_ALLOC_MEMSEG,
            new vm_memseg { segid = 5, len = PageSize, ds_mask = (ulong*)pointer, ds_mask_size = 32, ds_policy = domainset_policy.DOMAINSET_POLICY_PREFER }),
        ["vm_run.vm_exit"] = (test, pointer) => test.Call(VmCommandWords.VM_RUN, new vm_run { vm_exit = (vm_exit*)pointer }),
        ["vm_snapshot_meta.buffer"] = (test, pointer) => test.Call(VmCommandWords.VM_SNAPSHOT_REQ, Snapshot(pointer)),
        ["vm_snapshot_meta_13.buffer"] = (test, pointer) => test.Call(
            VmCommandWords.VM_SNAPSHOT_REQ_13, new vm_snapshot_meta_13 { dev_req = snapshot_req.STRUCT_VM, buffer = Snapshot(pointer).buffer }),
    };

    private readonly GuestVm _guest = new GuestVm(new FreeBsdHostOptions { Enabled = (Option)(-1) }).WithVcpu().WithMemory();
    private readonly byte* _pages = MapPages(0, 3 * PageSize, ReadWrite, PrivateAnonymous, -1, 0);
    private readonly int* _numbers;
    private readonly ulong* _values;

    public EmbeddedPointerTests()
    {
        _numbers = (int*)NativeMemory.AllocZeroed(8, sizeof(int));
        _values = (ulong*)NativeMemory.AllocZeroed(8, sizeof(ulong));
        _numbers[0] = vm_reg_name.VM_REG_GUEST_RBX;
        _numbers[1] = vm_reg_name.VM_REG_GUEST_RCX;
        Assert.Equal(0, Protect(_pages + PageSize, PageSize, Closed));
        Assert.Equal(0, Protect(_pages + (2 * PageSize), PageSize, ReadOnly));
    }

    public static TheoryData<string> Pointers => [.. Commands.Keys];

    public void Dispose()
    {
        _ = Unmap(_pages, 3 * PageSize);
        NativeMemory.Free(_numbers);
        NativeMemory.Free(_values);
    }

    [Fact]
    public void EveryPointerOfEveryArgumentIsTried()
    {
        IEnumerable<string> pointers = VmCommandTable.Rows
            .Where(row => row.Value is not null && row.Argument is not null)
            .Select(row => typeof(vm_run).Assembly.GetType($"VmmEngine.Abi.FreeBsd.{row.Argument}"))
            .OfType<Type>()
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance)
                .Where(field => field.FieldType.IsPointer || field.FieldType == typeof(vm_snapshot_buffer))
                .Select(field => $"{type.Name}.{field.Name}"))
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(pointers, Commands.Keys.Concat(Ignored).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pointers))]
    public void APointerThatLeadsNowhereFaultsAndNothingHappens(string pointer)
    {
        ulong pages = (ulong)_pages;
        ulong[] nowhere =
        [
            0, 1, 8, PageSize - 1,
            pages + PageSize,
            pages + PageSize - 1, // the first byte is there, the rest is not
            0x8000_0000_0000_0000, ulong.MaxValue, 0x0001_0000_0000_0000, 0x7FFF_FFFF_F000,
        ];
        foreach (ulong address in nowhere.Where(address => address != 0 || pointer != "vm_memseg.ds_mask")) // null: no mask
        {
            _guest.Set(vm_reg_name.VM_REG_GUEST_RBX, 0xB0B).Set(vm_reg_name.VM_REG_GUEST_RCX, 0xC0C);
            Assert.True(Commands[pointer](this, (nuint)address) == Errno.EFAULT, $"{pointer} at 0x{address:X}");
            Assert.Equal((0xB0BUL, 0xC0CUL), (_guest.Get(vm_reg_name.VM_REG_GUEST_RBX), _guest.Get(vm_reg_name.VM_REG_GUEST_RCX)));
            Assert.Equal(0u, _guest.Fake()->Entries);
            Assert.Equal(0UL, LengthOfSegment(5));
            HostAssert.NothingHeld(_guest.Vm);
        }
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenFaults()
    {
        nuint readOnly = (nuint)(_pages + (2 * PageSize));
        foreach (string pointer in new[] { "vm_cpuset.cpus", "vm_run.vm_exit", "vm_snapshot_meta.buffer" })
        {
            Assert.Equal(Errno.EFAULT, Commands[pointer](this, readOnly));
        }

        Assert.Equal(0u, _guest.Fake()->Entries);
    }

    [Theory]
    [MemberData(nameof(Pointers))]
    public void AlignmentDoesNotMatter(string pointer)
    {
        _guest.Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 9, InstructionLength = 2 });
        *(int*)(_pages + 3) = vm_reg_name.VM_REG_GUEST_RBX;
        *(int*)(_pages + 7) = vm_reg_name.VM_REG_GUEST_RCX;
        int error = Commands[pointer](this, (nuint)(_pages + 3));
        Assert.Contains(error, pointer == "vm_memseg.ds_mask" ? [0, Errno.EINVAL] : new[] { 0 }); // what is there is no mask
    }

    private static vm_snapshot_meta Snapshot(nuint pointer) => new()
    {
        dev_req = snapshot_req.STRUCT_VM,
        buffer = new vm_snapshot_buffer { buf_start = (byte*)pointer, buf_size = PageSize - 8, buf = (byte*)pointer, buf_rem = PageSize - 8 },
    };

    // Reads into, and then writes from, the same arrays.
    private int Registers(int* numbers, ulong* values)
    {
        vm_register_set set = new() { count = 2, regnums = numbers, regvals = values };
        int error = Call(VmCommandWords.VM_GET_REGISTER_SET, set);
        return error != 0 && Call(VmCommandWords.VM_SET_REGISTER_SET, set) != error ? -1 : error;
    }

    private int Call<T>(uint command, T argument)
        where T : unmanaged => _guest.Vm.Ioctl(command, ref argument);

    private ulong LengthOfSegment(int id)
    {
        vm_memseg segment = new() { segid = id };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_MEMSEG, ref segment));
        return segment.len;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* MapPages(nuint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nuint length, int protection);
}
