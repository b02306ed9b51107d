using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>A system with one mistake.</summary>
internal sealed class MutatedProvider(ISystemProvider right, Mutation mutation) : ISystemProvider
{
    public string Backend => right.Backend;

    public ISystemUnderTest Start(SystemSetup setup) => new Mutated(right.Start(setup), mutation);

    private sealed class Mutated(ISystemUnderTest right, Mutation mutation) : ISystemUnderTest
    {
        public int Open(string path, Access access, Caller caller, out int descriptor) => right.Open(path, access, caller, out descriptor);

        public int Ioctl(int descriptor, uint word, nint argument) => mutation.Ioctl(right, descriptor, word, argument);

        public int Read(int descriptor, long offset, Span<byte> destination) => right.Read(descriptor, offset, destination);

        public int Write(int descriptor, long offset, ReadOnlySpan<byte> source) => right.Write(descriptor, offset, source);

        public int Map(int descriptor, long offset, ulong length, Access access, out IMappedMemory? memory) =>
            right.Map(descriptor, offset, length, access, out memory);

        public int Duplicate(int descriptor, out int duplicate) => right.Duplicate(descriptor, out duplicate);

        public int Close(int descriptor) => right.Close(descriptor);

        public void Dispose() => right.Dispose();
    }
}
