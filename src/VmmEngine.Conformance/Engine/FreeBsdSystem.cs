using System.Collections.Concurrent;
using VmmEngine.Conformance.Systems;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.Conformance.Engine;

/// <summary>A host of this engine, used as a C program would: through descriptors.</summary>
/// <remarks>Descriptors have commands only; reading, writing and mapping go to the open file that is behind the number.</remarks>
internal sealed unsafe class FreeBsdSystem : ISystemUnderTest, IDeviceDirectory
{
    private const int EBADF = 9;
    private const int ENODEV = 19;

    [ThreadStatic]
    private static DeviceHandle? LastOpened;

    private readonly FreeBsdHost _host;
    private readonly DeviceTable _table;
    private readonly ConcurrentDictionary<int, DeviceHandle> _files = new();

    public FreeBsdSystem(FreeBsdHost host)
    {
        _host = host;
        _table = new DeviceTable(this);
    }

    bool IDeviceDirectory.JudgesCommandBeforeFile => _host.JudgesCommandBeforeFile;

    public int Open(string path, Access access, Caller caller, out int descriptor)
    {
        Credential credential = new()
        {
            RealUid = caller.Uid,
            EffectiveUid = caller.Uid,
            Jail = caller.Jail is { } jail ? new Jail(jail.Id, jail.AllowVmm, jail.AllowPassthrough) : null,
        };
        int error = _table.Open(path, (OpenMode)(access & Access.ReadWrite), credential, out descriptor);
        if (error == 0)
        {
            _files[descriptor] = LastOpened!;
        }

        return error;
    }

    int IDeviceDirectory.Open(string path, OpenMode mode, Credential credential, out DeviceHandle? handle)
    {
        int error = _host.Open(path, mode, credential, out handle);
        LastOpened = handle;
        return error;
    }

    public int Ioctl(int descriptor, uint word, nint argument) => _table.Ioctl(descriptor, word, (void*)argument);

    public int Read(int descriptor, long offset, Span<byte> destination) => _files.GetValueOrDefault(descriptor) switch
    {
        VmHandle vm => vm.Read(offset, destination),
        null => EBADF,
        _ => ENODEV,
    };

    public int Write(int descriptor, long offset, ReadOnlySpan<byte> source) => _files.GetValueOrDefault(descriptor) switch
    {
        VmHandle vm => vm.Write(offset, source),
        null => EBADF,
        _ => ENODEV,
    };

    public int Map(int descriptor, long offset, ulong length, Access access, out IMappedMemory? memory)
    {
        HostMapping? mapping = null;
        int error = _files.GetValueOrDefault(descriptor) switch
        {
            VmHandle vm => vm.Map(offset, length, (MemoryProtection)access, out mapping),
            DeviceMemoryHandle node => node.Map(offset, length, (MemoryProtection)access, out mapping),
            null => EBADF,
            _ => ENODEV,
        };
        memory = mapping is null ? null : new Mapped(mapping);
        return error;
    }

    public int Duplicate(int descriptor, out int duplicate)
    {
        int error = _table.Duplicate(descriptor, out duplicate);
        if (error == 0)
        {
            _files[duplicate] = _files[descriptor];
        }

        return error;
    }

    public int Close(int descriptor)
    {
        _files.TryRemove(descriptor, out _);
        return _table.Close(descriptor);
    }

    public void Dispose() => _table.Dispose();

    private sealed class Mapped(HostMapping mapping) : IMappedMemory
    {
        public Span<byte> Bytes => mapping.Bytes;

        public void Dispose() => mapping.Dispose();
    }
}
